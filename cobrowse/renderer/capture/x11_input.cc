#include "cobrowse/renderer/capture/x11_input.h"

#include <fmt/format.h>
#include <xcb/xtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "cobrowse/renderer/capture/x11_connection.h"

namespace turnpike::capture {
namespace {

constexpr std::uint32_t kShift = 0xffe1;  // XK_Shift_L
constexpr int kMaxWindows = 256;          // of those on top that are asked about

struct Key {
  std::uint8_t code = 0;
  bool needs_shift = false;
};

/// Which key has which keysyms: a row for each keycode, with a column for each group and level.
class Keymap {
 public:
  static std::optional<Keymap> load(const X11Connection& connection) {
    const xcb_setup_t* setup = xcb_get_setup(connection.get());
    const auto count = static_cast<std::uint8_t>(setup->max_keycode - setup->min_keycode + 1);
    const X11Reply<xcb_get_keyboard_mapping_reply_t> reply(xcb_get_keyboard_mapping_reply(
        connection.get(), xcb_get_keyboard_mapping(connection.get(), setup->min_keycode, count),
        nullptr));
    if (reply == nullptr || reply->keysyms_per_keycode == 0) return std::nullopt;
    const xcb_keysym_t* first = xcb_get_keyboard_mapping_keysyms(reply.get());
    const int length = xcb_get_keyboard_mapping_keysyms_length(reply.get());
    return Keymap(setup->min_keycode, reply->keysyms_per_keycode,
                  std::vector<std::uint32_t>(first, first + length));
  }

  std::optional<Key> find(std::uint32_t keysym) const {
    for (std::size_t column = 0; column < std::min<std::size_t>(2, columns_); ++column) {
      for (std::size_t row = 0; row < rows(); ++row) {
        if (keysyms_[row * columns_ + column] == keysym) return Key{code_of(row), column == 1};
      }
    }
    return std::nullopt;
  }

  /// A key that has had no keysym at first, the one that was given away longest ago.
  std::optional<Key> give(std::uint32_t keysym) {
    if (spare_.empty()) return std::nullopt;
    const std::size_t row = spare_[next_spare_++ % spare_.size()];
    std::fill_n(keysyms_.begin() + static_cast<std::ptrdiff_t>(row * columns_), columns_, keysym);
    return Key{code_of(row), false};
  }

  std::size_t columns() const { return columns_; }

 private:
  Keymap(std::uint8_t first_code, std::size_t columns, std::vector<std::uint32_t> keysyms)
      : first_code_(first_code), columns_(columns), keysyms_(std::move(keysyms)) {
    for (std::size_t row = 0; row < rows(); ++row) {
      const auto* start = keysyms_.data() + row * columns_;
      if (std::all_of(start, start + columns_, [](auto keysym) { return keysym == 0; })) {
        spare_.push_back(row);
      }
    }
  }

  std::size_t rows() const { return keysyms_.size() / columns_; }
  std::uint8_t code_of(std::size_t row) const {
    return static_cast<std::uint8_t>(first_code_ + row);
  }

  std::uint8_t first_code_;
  std::size_t columns_;
  std::vector<std::uint32_t> keysyms_;
  std::vector<std::size_t> spare_;
  std::size_t next_spare_ = 0;
};

}  // namespace

class X11Input::State {
 public:
  State(X11Connection connection, Keymap keymap)
      : connection_(std::move(connection)), keymap_(std::move(keymap)) {}

  bool is_broken() const { return connection_.is_broken(); }

  bool fake(std::uint8_t type, std::uint8_t detail, int x = 0, int y = 0) {
    const bool is_motion = type == XCB_MOTION_NOTIFY;
    xcb_test_fake_input(connection_.get(), type, detail, XCB_CURRENT_TIME,
                        is_motion ? connection_.screen().root : XCB_NONE,
                        static_cast<std::int16_t>(x), static_cast<std::int16_t>(y), 0);
    return xcb_flush(connection_.get()) > 0 && !is_broken();
  }

  std::optional<Key> find_key(std::uint32_t keysym) {
    if (auto key = keymap_.find(keysym)) return key;
    const auto key = keymap_.give(keysym);
    if (!key) return std::nullopt;
    const std::vector<std::uint32_t> row(keymap_.columns(), keysym);
    xcb_change_keyboard_mapping(connection_.get(), 1, key->code,
                                static_cast<std::uint8_t>(row.size()), row.data());
    return key;
  }

  std::vector<xcb_window_t> windows_from_top() {
    const X11Reply<xcb_query_tree_reply_t> tree(xcb_query_tree_reply(
        connection_.get(), xcb_query_tree(connection_.get(), connection_.screen().root), nullptr));
    if (tree == nullptr) return {};
    const xcb_window_t* first = xcb_query_tree_children(tree.get());
    const int count = xcb_query_tree_children_length(tree.get());
    std::vector<xcb_window_t> windows(first + std::max(0, count - kMaxWindows), first + count);
    std::reverse(windows.begin(), windows.end());
    return windows;
  }

  struct Window {
    media::Box box{};
    bool is_popup = false;
  };
  /// Nothing: it has gone, or it is not to be seen.
  std::optional<Window> look_at(xcb_window_t id) {
    xcb_connection_t* server = connection_.get();
    const auto attributes_request = xcb_get_window_attributes(server, id);
    const auto geometry_request = xcb_get_geometry(server, id);
    const X11Reply<xcb_get_window_attributes_reply_t> attributes(
        xcb_get_window_attributes_reply(server, attributes_request, nullptr));
    const X11Reply<xcb_get_geometry_reply_t> geometry(
        xcb_get_geometry_reply(server, geometry_request, nullptr));
    if (attributes == nullptr || geometry == nullptr ||
        attributes->map_state != XCB_MAP_STATE_VIEWABLE ||
        attributes->_class == XCB_WINDOW_CLASS_INPUT_ONLY) {
      return std::nullopt;
    }
    const int border = 2 * geometry->border_width;
    return Window{.box = {.x = geometry->x,
                          .y = geometry->y,
                          .width = geometry->width + border,
                          .height = geometry->height + border},
                  .is_popup = attributes->override_redirect != 0};
  }

 private:
  X11Connection connection_;
  Keymap keymap_;
};

X11Input::X11Input(std::unique_ptr<State> state) : state_(std::move(state)) {}
X11Input::~X11Input() = default;
X11Input::X11Input(X11Input&&) noexcept = default;
X11Input& X11Input::operator=(X11Input&&) noexcept = default;

Result<X11Input, std::string> X11Input::open(const X11Place& place) {
  auto connection = X11Connection::open(place);
  if (!connection) return fail(connection.error());
  if (!connection->has_extension(xcb_test_id)) {
    return fail(fmt::format("X display :{} takes no input from programs (XTEST)", place.display));
  }
  auto keymap = Keymap::load(*connection);
  if (!keymap) return fail(fmt::format("X display :{} has no keyboard", place.display));
  return X11Input(std::make_unique<State>(std::move(*connection), std::move(*keymap)));
}

bool X11Input::move(int x, int y) {
  return state_->fake(XCB_MOTION_NOTIFY, 0, x, y);
}

bool X11Input::button(X11Button button, bool is_down) {
  return state_->fake(is_down ? XCB_BUTTON_PRESS : XCB_BUTTON_RELEASE,
                      static_cast<std::uint8_t>(button));
}

bool X11Input::key(std::uint32_t keysym, bool is_down) {
  const auto key = state_->find_key(keysym);
  const auto shift = state_->find_key(kShift);
  if (!key || !shift) return false;
  const std::uint8_t type = is_down ? XCB_KEY_PRESS : XCB_KEY_RELEASE;
  if (!key->needs_shift) return state_->fake(type, key->code);
  // Shift goes down first and comes up last.
  if (is_down) return state_->fake(type, shift->code) && state_->fake(type, key->code);
  return state_->fake(type, key->code) && state_->fake(type, shift->code);
}

std::optional<media::Box> X11Input::popup_at(int x, int y) {
  for (const xcb_window_t id : state_->windows_from_top()) {
    const auto window = state_->look_at(id);
    if (!window || !window->box.contains(x, y)) continue;
    return window->is_popup ? std::optional(window->box) : std::nullopt;
  }
  return std::nullopt;
}

bool X11Input::is_lost() const {
  return state_->is_broken();
}

}  // namespace turnpike::capture
