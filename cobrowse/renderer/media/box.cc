#include "cobrowse/renderer/media/box.h"

#include <algorithm>

namespace turnpike::media {

bool Box::contains(int at_x, int at_y) const {
  return at_x >= x && at_y >= y && at_x - x < width && at_y - y < height;
}

Box bounding(const Box& a, const Box& b) {
  if (a.is_empty()) return b;
  if (b.is_empty()) return a;
  const int left = std::min(a.x, b.x);
  const int top = std::min(a.y, b.y);
  const int right = std::max(a.x + a.width, b.x + b.width);
  const int bottom = std::max(a.y + a.height, b.y + b.height);
  return {.x = left, .y = top, .width = right - left, .height = bottom - top};
}

Box even_part(const Box& box, int width, int height) {
  if (box.is_empty()) return {};
  const int left = std::clamp(box.x, 0, width) & ~1;
  const int top = std::clamp(box.y, 0, height) & ~1;
  const int right = (std::clamp(box.x + box.width, 0, width) + 1) & ~1;
  const int bottom = (std::clamp(box.y + box.height, 0, height) + 1) & ~1;
  if (right <= left || bottom <= top) return {};
  return {.x = left, .y = top, .width = right - left, .height = bottom - top};
}

}  // namespace turnpike::media
