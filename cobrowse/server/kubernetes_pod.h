// The description of a renderer's pod, and what a description that comes back says. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "cobrowse/server/kubernetes_backend.h"

namespace turnpike::cobrowse {

inline constexpr std::string_view kSessionAnnotation = "turnpike/session";

/// For POST …/pods. `session_label` stands in the label, where not every session id could.
boost::json::object describe_pod(const KubernetesSettings& settings, const std::string& name,
                                 const std::string& session, const std::string& session_label);

/// For POST …/secrets; belongs to the pod, so that the cluster removes it with it.
boost::json::object describe_secret(const KubernetesSettings& settings, const std::string& name,
                                    const std::string& pod_uid, std::string orders);

struct FoundPod {
  FoundRenderer renderer{};
  bool is_pending = false;  // has not read its orders yet, maybe
};

/// An item of a list of pods; nothing for one that is being deleted, or makes no sense.
std::optional<FoundPod> read_pod(const boost::json::object& item);

}  // namespace turnpike::cobrowse
