// A store of documents in a folder of its own.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "cobrowse/documents/document_store.h"
#include "temp_folder.h"

namespace turnpike::documents {

inline constexpr const char* kClaim = ".turnpike-documents";

/// As small as pdfinfo takes.
inline std::string pdf(int pages) {
  std::string kids;
  for (int i = 0; i < pages; ++i) kids += "3 0 R ";
  return "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[" + kids +
         "]/Count " + std::to_string(pages) +
         ">>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
         "trailer<</Root 1 0 R>>\n%%EOF\n";
}

/// One that makes nothing and counts nothing.
inline ConverterSettings no_programs() {
  return {.program = "/usr/bin/no-office", .pdfinfo = "/usr/bin/no-info"};
}

class StoreWorld : public testing::Test {
 protected:
  void start(ConverterSettings programs = no_programs()) {
    StoreSettings settings = settings_;
    settings.folder = folder_.path("store");
    auto store = DocumentStore::open(settings, Converter(std::move(programs)), rng_,
                                     [this](const std::string&) {
                                       const std::lock_guard lock(mutex_);
                                       ++changes_;
                                       changed_.notify_all();
                                     });
    ASSERT_TRUE(store) << store.error();
    store_ = *std::move(store);
  }
  /// With the real programs; false where they are not here.
  bool start_real() {
    const Converter probe(ConverterSettings{});
    if (!probe.missing().empty() || !std::filesystem::exists("/usr/bin/pdfinfo")) return false;
    start(ConverterSettings{});
    return true;
  }
  std::string add(const std::string& session, const std::string& name, const std::string& content) {
    const auto added = store_->add(session, name, as_bytes(content));
    EXPECT_TRUE(added) << added.error().text;
    return added ? added->id : "";
  }
  /// Nothing: it was not refused.
  std::optional<AddProblem> refused(const std::string& session, const std::string& name,
                                    const std::string& content) {
    const auto added = store_->add(session, name, as_bytes(content));
    if (added) return std::nullopt;
    EXPECT_FALSE(added.error().text.empty());
    return added.error().problem;
  }
  /// The documents of a session once none of them is being converted.
  std::vector<Document> settled(const std::string& session) {
    const auto is_busy = [](const Document& one) {
      return one.state == DocumentState::kConverting;
    };
    while (true) {
      std::unique_lock lock(mutex_);
      const unsigned before = changes_;
      lock.unlock();
      auto all = store_->list(session);
      if (std::ranges::none_of(all, is_busy)) return all;
      lock.lock();
      changed_.wait(lock, [&] { return changes_ != before; });
    }
  }
  /// Returns while something that is no PDF is being converted, or has been already.
  void await_converting(const std::string& session) {
    while (!folder_.has("store/.converting") &&
           store_->list(session).front().state == DocumentState::kConverting) {
      std::this_thread::yield();
    }
  }

  const TempFolder folder_;
  StoreSettings settings_;
  SeededRng rng_{7};
  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned changes_ = 0;
  std::unique_ptr<DocumentStore> store_;
};

}  // namespace turnpike::documents
