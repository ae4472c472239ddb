#include "conf/check_cobrowse.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/ip_address.h"
#include "base/log.h"
#include "conf/parse_value.h"
#include "conf/site_pattern.h"

namespace turnpike::conf {
namespace {

struct Span {
  const char* key;
  seconds value;
};

class Checker {
 public:
  Checker(const CobrowseConfig& config, Diagnostics& diagnostics)
      : config_(config), diagnostics_(diagnostics) {}

  void check() {
    public_url();
    relay_only();
    media();
    times();
    renderer();
    back_end();
    egress();
  }

 private:
  void error(const std::string& key, std::string_view text) {
    diagnostics_.error(config_.origin(key), fmt::format("{}: {}", key, text));
  }
  /// The other key's line where this one has its default.
  void contradiction(const std::string& key, const std::string& other, std::string_view text) {
    const Origin own = config_.origin(key);
    diagnostics_.error(own.is_default() ? config_.origin(other) : own,
                       fmt::format("{}: {}", key, text));
  }
  void warning(const std::string& key, std::string_view text) {
    diagnostics_.warning(config_.origin(key), fmt::format("{}: {}", key, text));
  }

  void relay_only() {
    if (!config_.relay_only) {
      warning("relay_only", "is on all the same: co-browsing goes through a relay at both ends");
    }
  }

  void public_url() {
    std::string_view rest = config_.public_url;
    if (rest.empty()) {
      return error("public_url", "is needed: it is what invites point to");
    }
    const bool secure = rest.starts_with("https://");
    if (!secure && !rest.starts_with("http://")) {
      return error("public_url", "must begin with https://, as https://help.example.org");
    }
    rest.remove_prefix(secure ? 8 : 7);
    if (rest.empty() || rest.starts_with('/')) return error("public_url", "has no host");
    if (rest.find_first_of("?#@ ") != std::string_view::npos) {
      return error("public_url", "must have a host and a path only, no user, query or fragment");
    }
    if (rest.ends_with('/')) return error("public_url", "must not end with /");
    const bool local =
        rest.starts_with("localhost") || rest.starts_with("127.") || rest.starts_with("[::1]");
    if (!secure && !local) {
      warning("public_url", "without https:// whoever is between can read invites and input");
    }
  }

  void media() {
    if (config_.secrets.empty()) {
      error("secrets", "needs at least one secret, the relays' static-auth-secret");
    }
    if (config_.relays.empty()) error("relays", "needs at least one relay with its host");
    for (std::size_t i = 0; i < config_.relays.size(); ++i) {
      transports(config_.relays[i].transports, fmt::format("relays[{}].transports", i));
    }
    if (config_.credential_lifetime <= config_.timers_absolute) {
      contradiction(
          "credential_lifetime", "timers.absolute",
          fmt::format("{} is not more than timers.absolute, which is {}",
                      config_.credential_lifetime.count(), config_.timers_absolute.count()));
    }
  }

  void transports(std::string_view list, const std::string& key) {
    while (true) {
      const std::size_t comma = std::min(list.find(','), list.size());
      std::string_view word = list.substr(0, comma);
      while (word.starts_with(' ')) word.remove_prefix(1);
      while (word.ends_with(' ')) word.remove_suffix(1);
      if (!is_choice(word, "udp|tcp|tls")) {
        error(key, fmt::format("\"{}\" is none of udp, tcp, tls", log::log_safe(word)));
      }
      if (comma == list.size()) return;
      list.remove_prefix(comma + 1);
    }
  }

  void times() {
    const Span inactive{"timers.inactive", config_.timers_inactive};
    const Span absolute{"timers.absolute", config_.timers_absolute};
    const Span warn{"timers.warning", config_.timers_warning};
    not_more(inactive, absolute);
    not_more({"timers.offline", config_.timers_offline}, absolute);
    less(warn, absolute);
    less(warn, inactive);
  }

  void not_more(const Span& small, const Span& large) {
    if (small.value <= large.value) return;
    contradiction(small.key, large.key,
                  fmt::format("{} is more than {}, which is {}", small.value.count(), large.key,
                              large.value.count()));
  }
  void less(const Span& small, const Span& large) {
    if (small.value < large.value) return;
    contradiction(small.key, large.key,
                  fmt::format("{} is not less than {}, which is {}", small.value.count(), large.key,
                              large.value.count()));
  }

  void renderer() {
    even("renderer.width", config_.renderer_width);
    even("renderer.height", config_.renderer_height);
    if (config_.renderer_user == "root" || config_.renderer_user == "0") {
      error("renderer.user", "must not be root: pages of strangers run in this browser");
    }
    if (config_.renderer_allow_unsandboxed) {
      warning("renderer.allow_unsandboxed",
              "a page that breaks out of the browser is one step closer to this machine");
    }
  }

  /// Colors are kept for squares of two by two pixels.
  void even(const char* key, std::uint64_t value) {
    if (value % 2 != 0) error(key, fmt::format("{} is odd; the picture needs even sides", value));
  }

  void back_end() {
    const std::string image = config_.renderer_backend + ".image";
    if (config_.renderer_backend == "docker") {
      needs_image(image, config_.docker_image);
    } else if (config_.renderer_backend == "kubernetes") {
      needs_image(image, config_.kubernetes_image);
      if (!config_.kubernetes_api.starts_with("https://")) {
        error("kubernetes.api", "must begin with https://, or the token is for all to read");
      }
    }
  }

  void needs_image(const std::string& key, const std::string& image) {
    if (!image.empty()) return;
    contradiction(
        key, "renderer.backend",
        fmt::format("is needed, because renderer.backend is {}", config_.renderer_backend));
  }

  void egress() {
    for (const std::string& site : config_.egress_allow_sites) {
      refused_by(check_site(site), "egress.allow_sites");
    }
    for (const std::string& site : config_.egress_deny_sites) {
      refused_by(check_site(site), "egress.deny_sites");
      if (std::ranges::count(config_.egress_allow_sites, site) != 0) {
        error("egress.deny_sites",
              fmt::format("\"{}\" is in egress.allow_sites too", log::log_safe(site)));
      }
    }
    for (const std::string& internal : config_.egress_allow_internal) {
      refused_by(check_internal(internal), "egress.allow_internal");
    }
  }

  void refused_by(const Result<void, std::string>& verdict, const char* key) {
    if (!verdict) error(key, verdict.error());
  }

  const CobrowseConfig& config_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_cobrowse(const CobrowseConfig& config, Diagnostics& diagnostics) {
  Checker(config, diagnostics).check();
}

}  // namespace turnpike::conf
