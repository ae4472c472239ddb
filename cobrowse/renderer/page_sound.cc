#include "cobrowse/renderer/page_sound.h"

#include "cobrowse/renderer/stage.h"

namespace turnpike::renderer {

Result<std::unique_ptr<sound::SoundLoop>, std::string> open_page_sound(
    const Orders& orders, const std::string& folder,
    std::function<void(sound::SoundPtr)> on_sound) {
  if (!orders.audio || orders.capture == CaptureKind::kTest) return {};
  sound::SoundCardSettings card{.folder = folder, .plugin = sound::installed_plugin()};
  const auto user = browser_user(orders);
  if (!user) return fail(user.error());
  if (*user) card.owner = {.uid = (**user).uid, .gid = (**user).gid};
  return sound::SoundLoop::start(card, std::move(on_sound));
}

}  // namespace turnpike::renderer
