#include "cobrowse/renderer/browser/chromium_flags.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cobrowse/renderer/browser/session_rules.h"
#include "http/core/json.h"

namespace turnpike::browser {

namespace json = boost::json;

std::vector<std::string> chromium_arguments(const ChromiumFlags& flags) {
  std::vector<std::string> list = {
      "--remote-debugging-pipe",
      "--user-data-dir=" + flags.profile_folder,
      fmt::format("--proxy-server=http://127.0.0.1:{}", flags.proxy_port),
      // Loopback would go round the proxy otherwise.
      "--proxy-bypass-list=<-loopback>",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
      "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
      "--disable-quic",
      "--disable-features=WebRtcHideLocalIpsWithMdns,MediaRouter,Translate,OptimizationHints,"
      "AutofillServerCommunication,DialMediaRouteProvider,GlobalMediaControls",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-domain-reliability",
      "--disable-sync",
      "--disable-default-apps",
      "--disable-breakpad",
      "--disable-client-side-phishing-detection",
      "--no-first-run",
      "--no-default-browser-check",
      "--no-pings",
      "--noerrdialogs",
      "--disable-infobars",
      "--disable-session-crashed-bubble",
      "--disable-hang-monitor",
      "--disable-print-preview",
      "--password-store=basic",
      "--use-mock-keychain",
      "--disable-gpu",
      "--lang=en-US",
  };
  if (flags.audio) {
    // Named, or it looks for cards in /dev/snd and finds none.
    list.emplace_back("--alsa-output-device=default");
    list.emplace_back("--autoplay-policy=no-user-gesture-required");
  } else {
    list.emplace_back("--mute-audio");
  }
  if (!flags.sandbox) list.emplace_back("--no-sandbox");
  if (flags.headless) {
    list.emplace_back("--headless=new");
    list.push_back(fmt::format("--window-size={},{}", flags.width, flags.height));
  } else {
    // Without a window manager a window that is as big as the screen comes out a pixel too small.
    list.push_back(fmt::format("--window-size={},{}", flags.width + 1, flags.height + 1));
    list.emplace_back("--window-position=0,0");
    list.emplace_back("--kiosk");
  }
  list.emplace_back("about:blank");
  return list;
}

/// DevTools stay allowed: they are how the browser is driven. Keys that people press never reach
/// the browser itself, and devtools: addresses are blocked.
std::string chromium_policy(bool downloads) {
  constexpr int kBlock = 2, kNoDownload = 0, kEveryDownload = 3;  // of those that are blocked
  json::object policy{
      {"URLBlocklist", json::array{"file://*", "chrome://*", "chrome-untrusted://*", "devtools://*",
                                   "chrome-extension://*", "view-source:*", "ftp://*",
                                   "javascript://*", "filesystem:*"}},
      // The viewer of PDFs is a part of the browser that is made as an extension.
      {"URLAllowlist", json::array{"about:blank", std::string(kPdfViewer)}},
      {"AlwaysOpenPdfExternally", false},
      {"ExtensionInstallBlocklist", json::array{"*"}},
      {"AllowFileSelectionDialogs", false},
      {"PrintingEnabled", false},
      {"PasswordManagerEnabled", false},
      {"AutofillAddressEnabled", false},
      {"AutofillCreditCardEnabled", false},
      {"SyncDisabled", true},
      {"BrowserSignin", 0},
      {"MetricsReportingEnabled", false},
      {"SafeBrowsingProtectionLevel", 0},
      {"SearchSuggestEnabled", false},
      {"TranslateEnabled", false},
      {"SpellCheckServiceEnabled", false},
      {"NetworkPredictionOptions", kBlock},
      {"QuicAllowed", false},
      {"BackgroundModeEnabled", false},
      {"DnsOverHttpsMode", "off"},
      {"WebRtcIPHandling", "disable_non_proxied_udp"},
      {"AudioCaptureAllowed", false},
      {"VideoCaptureAllowed", false},
      {"ScreenCaptureAllowed", false},
      {"DefaultNotificationsSetting", kBlock},
      {"DefaultGeolocationSetting", kBlock},
      {"DefaultSensorsSetting", kBlock},
      {"DefaultWebUsbGuardSetting", kBlock},
      {"DefaultWebBluetoothGuardSetting", kBlock},
      {"DefaultWebHidGuardSetting", kBlock},
      {"DefaultSerialGuardSetting", kBlock},
      {"DefaultFileSystemReadGuardSetting", kBlock},
      {"DefaultFileSystemWriteGuardSetting", kBlock},
      {"DefaultLocalFontsSetting", kBlock},
      {"DefaultWindowManagementSetting", kBlock},
      {"DefaultClipboardSetting", kBlock},
      {"DefaultIdleDetectionSetting", kBlock},
      {"PaymentMethodQueryEnabled", false},
      {"ExternalProtocolDialogShowAlwaysOpenCheckbox", false},
      {"DownloadRestrictions", downloads ? kNoDownload : kEveryDownload},
      {"PromptForDownloadLocation", false},
      {"IncognitoModeAvailability", 1},
      {"BrowserGuestModeEnabled", false},
      {"BrowserAddPersonEnabled", false},
  };
  return http::to_json(policy) + "\n";
}

}  // namespace turnpike::browser
