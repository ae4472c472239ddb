// A rectangle of pixels: what has changed in a picture. Only arithmetic; no pixels here.
#pragma once

namespace turnpike::media {

/// Left and top corner, width and height in pixels. Nothing in it: width or height is not positive.
struct Box {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;

  bool is_empty() const { return width <= 0 || height <= 0; }
  bool contains(int at_x, int at_y) const;
  friend bool operator==(const Box&, const Box&) = default;
};

/// The smallest box around both; an empty one adds nothing.
Box bounding(const Box& a, const Box& b);

/// The part of `box` that lies in a picture of this size, grown to even coordinates, as 4:2:0 has
/// one colour for four pixels. `width` and `height` are even.
Box even_part(const Box& box, int width, int height);

}  // namespace turnpike::media
