// The sound of a session's pages, where its orders ask for it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "cobrowse/renderer/orders.h"
#include "cobrowse/renderer/sound/sound_loop.h"

namespace turnpike::renderer {

/// Null: there shall be none, or there is no browser. `on_sound` as SoundLoop's.
Result<std::unique_ptr<sound::SoundLoop>, std::string> open_page_sound(
    const Orders& orders, const std::string& folder, std::function<void(sound::SoundPtr)> on_sound);

}  // namespace turnpike::renderer
