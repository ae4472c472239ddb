#include "cobrowse/server/documents_rest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/cobrowse/server/sessions_world.h"

namespace turnpike::cobrowse {
namespace {

using http::Method;
using ::testing::HasSubstr;

constexpr const char* kPdf =
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    "trailer<</Root 1 0 R/Size 4>>\n%%EOF\n";

/// Without a converter: only PDFs are taken, and nobody waits for anything but pdfinfo.
class DocumentsRestTest : public testing::Test {
 protected:
  DocumentsRestTest() {
    world_.forget = [this](const std::string& session) { store_->forget(session); };
    world_.settings.session.downloads = true;
    world_.open();
    EXPECT_TRUE(world_.sessions->start("u"));
    auto store = documents::DocumentStore::open(
        {.folder = world_.folder.file("documents"), .max_bytes = 1 << 20, .max_documents = 2},
        documents::Converter({.program = "/nonexistent"}), rng_, [](const std::string&) {});
    EXPECT_TRUE(store) << store.error();
    store_ = *std::move(store);
    rest_ = std::make_unique<DocumentsRest>(*world_.sessions, store_.get());
    const Object made = world_.make();
    session_ = SessionsWorld::id_of(made);
    token_ = world_.by_link(SessionsWorld::link_of(made))->token;
  }
  ~DocumentsRestTest() override { world_.sessions.reset(); }

  static http::Request request(Method method, const std::string& path, const std::string& token,
                               const std::string& body = "") {
    http::Request made;
    made.method = method;
    made.path = path;
    made.query = method == Method::kPost ? "name=a%20b.pdf" : "";
    made.body = body;
    if (!token.empty()) made.headers.set("Authorization", "Bearer " + token);
    return made;
  }
  http::Response ask(Method method, const std::string& path, const std::string& token,
                     const std::string& body = "") {
    return rest_->for_people(request(method, path, token, body)).value_or(http::Response{});
  }
  /// A PDF's name among the documents.
  std::string add() {
    const http::Response added = ask(Method::kPost, "/v1/documents", token_, kPdf);
    EXPECT_EQ(added.status, 201U) << added.body;
    return http::text_of(*http::parse_json_object(added.body), "id");
  }
  bool is_ready(const std::string& id) {
    return comes([&] {
      const auto all = store_->list(session_);
      return std::ranges::any_of(all, [&](const documents::Document& one) {
        return one.id == id && one.state == documents::DocumentState::kReady;
      });
    });
  }

  SeededRng rng_{11};
  SessionsWorld world_;
  std::unique_ptr<documents::DocumentStore> store_;
  std::unique_ptr<DocumentsRest> rest_;
  std::string session_, token_;
};

TEST_F(DocumentsRestTest, AreUploadedListedAndDeleted) {
  const std::string id = add();
  EXPECT_THAT(ask(Method::kGet, "/v1/documents", token_).body, HasSubstr(R"("name":"a b.pdf")"));
  EXPECT_EQ(ask(Method::kDelete, "/v1/documents/" + id, token_).status, 204U);
  EXPECT_EQ(ask(Method::kDelete, "/v1/documents/" + id, token_).status, 404U);
  EXPECT_EQ(ask(Method::kGet, "/v1/documents", token_).body, R"({"documents":[]})");
}

TEST_F(DocumentsRestTest, AreForThePeopleOfTheSession) {
  for (const std::string& token : {std::string(), std::string("x"), token_ + "x"}) {
    EXPECT_EQ(ask(Method::kPost, "/v1/documents", token, kPdf).status, 401U);
    EXPECT_EQ(ask(Method::kGet, "/v1/documents", token).status, 401U);
  }
  const std::string id = add();
  const std::string other = world_.by_link(SessionsWorld::link_of(world_.make()))->token;
  EXPECT_EQ(ask(Method::kGet, "/v1/documents", other).body, R"({"documents":[]})");
  EXPECT_EQ(ask(Method::kDelete, "/v1/documents/" + id, other).status, 404U);
  const std::string watcher = world_.sessions->join(session_, "O", Role::kObserver)->token;
  EXPECT_EQ(ask(Method::kGet, "/v1/documents", watcher).status, 200U);
  EXPECT_EQ(ask(Method::kPost, "/v1/documents", watcher, kPdf).status, 403U);
  EXPECT_EQ(ask(Method::kDelete, "/v1/documents/" + id, watcher).status, 403U);
}

TEST_F(DocumentsRestTest, RefusalsSayWhy) {
  EXPECT_EQ(ask(Method::kPost, "/v1/documents", token_, "text").status, 415U);
  EXPECT_EQ(ask(Method::kPost, "/v1/documents", token_, "<!doctype html>").status, 415U);
  EXPECT_EQ(ask(Method::kPost, "/v1/documents", token_, "").status, 415U);
  EXPECT_EQ(ask(Method::kPut, "/v1/documents", token_).status, 405U);
  EXPECT_EQ(ask(Method::kGet, "/v1/documents/x", token_).status, 404U);
  EXPECT_FALSE(rest_->for_people(request(Method::kGet, "/v1/documentsx", token_)));
  add();
  add();
  const http::Response third = ask(Method::kPost, "/v1/documents", token_, kPdf);
  EXPECT_EQ(third.status, 409U);
  EXPECT_THAT(third.body, HasSubstr("2 documents"));
}

TEST_F(DocumentsRestTest, OnlyWhoMayAddIsReadAtLength) {
  const auto limit = [&](Method method, const std::string& path, const std::string& token) {
    return rest_->allow_body(request(method, path, token)).bytes;
  };
  EXPECT_EQ(limit(Method::kPost, "/v1/documents", token_), 1U << 20);
  EXPECT_EQ(limit(Method::kPost, "/v1/documents", "x"), 0U);
  EXPECT_EQ(limit(Method::kPost, "/v1/documents", ""), 0U);
  EXPECT_EQ(limit(Method::kPost, "/v1/documents/x", token_), 0U);
  EXPECT_EQ(limit(Method::kGet, "/v1/documents", token_), 0U);
  const std::string watcher = world_.sessions->join(session_, "O", Role::kObserver)->token;
  EXPECT_EQ(limit(Method::kPost, "/v1/documents", watcher), 0U);
  add();
  add();
  EXPECT_EQ(limit(Method::kPost, "/v1/documents", token_), 0U) << "there is no room for another";
}

TEST_F(DocumentsRestTest, FewAreReadAtOnce) {
  const auto ask_for = [&](const std::string& token) {
    return rest_->allow_body(request(Method::kPost, "/v1/documents", token));
  };
  std::vector<http::BodyAllowance> held;
  for (std::size_t i = 0; i < DocumentsRest::kUploadsOfASession; ++i) {
    held.push_back(ask_for(token_));
    EXPECT_GT(held.back().bytes, 0U);
  }
  EXPECT_TRUE(ask_for(token_).is_busy);
  EXPECT_EQ(ask_for(token_).bytes, 0U);
  const std::string other = world_.by_link(SessionsWorld::link_of(world_.make()))->token;
  EXPECT_GT(ask_for(other).bytes, 0U) << "another session does not wait";
  held.pop_back();
  EXPECT_GT(ask_for(token_).bytes, 0U);
  rest_.reset();
  held.clear();  // what is still read may outlive it
}

TEST_F(DocumentsRestTest, UploadsOfAllSessionsTogetherAreFewToo) {
  DocumentsRest rest(*world_.sessions, store_.get(), [](std::string_view token) {
    return std::optional(KnownPerson{std::string(token), Role::kVisitor});
  });
  std::vector<http::BodyAllowance> held;
  for (std::size_t i = 0; i < DocumentsRest::kUploadsAtOnce; ++i) {
    held.push_back(
        rest.allow_body(request(Method::kPost, "/v1/documents", "session" + std::to_string(i))));
    EXPECT_EQ(held.back().bytes, 1U << 20) << "one of another server's";
  }
  EXPECT_TRUE(rest.allow_body(request(Method::kPost, "/v1/documents", token_)).is_busy);
}

TEST_F(DocumentsRestTest, FewSaveAtOnce) {
  const auto ask_for = [&](const std::string& token) {
    return rest_->allow_body(request(Method::kGet, "/v1/documents/x", token));
  };
  std::vector<http::BodyAllowance> held;
  for (std::size_t i = 0; i < DocumentsRest::kSavesOfASession; ++i) held.push_back(ask_for(token_));
  EXPECT_FALSE(held.back().is_busy);
  EXPECT_EQ(held.back().bytes, 0U);
  EXPECT_TRUE(ask_for(token_).is_busy);
  EXPECT_FALSE(rest_->allow_body(request(Method::kGet, "/v1/documents", token_)).is_busy);
  EXPECT_FALSE(ask_for("nobody").is_busy) << "and is refused later";
  held.clear();
  EXPECT_FALSE(ask_for(token_).is_busy);
}

TEST_F(DocumentsRestTest, TheRendererFetchesThoseOfItsSession) {
  const std::string id = add();
  ASSERT_TRUE(is_ready(id));
  const std::string renderer = world_.renderer_of(session_);
  const std::string shown = renderer + "." + world_.backend.token(renderer);
  const auto fetch = [&](const std::string& path, const std::string& token) {
    return rest_->for_renderer(request(Method::kGet, path, token));
  };
  const http::Response found = fetch("/v1/documents/" + id, shown);
  EXPECT_EQ(found.status, 200U);
  EXPECT_EQ(found.body, kPdf);
  EXPECT_EQ(found.headers.find("Content-Type"), "application/pdf");
  EXPECT_EQ(fetch("/v1/documents/nothing", shown).status, 404U);
  EXPECT_EQ(fetch("/v1/documents/../x", shown).status, 404U);
  EXPECT_EQ(fetch("/v1/documents/" + id, token_).status, 401U) << "a participant's token";
  EXPECT_EQ(fetch("/v1/documents/" + id, renderer + ".x").status, 401U);
  const std::string other = world_.renderer_of(SessionsWorld::id_of(world_.make()));
  EXPECT_EQ(fetch("/v1/documents/" + id, other + "." + world_.backend.token(other)).status, 404U);
}

TEST_F(DocumentsRestTest, TheRendererBringsDownloadsForPeopleToSave) {
  const std::string renderer = world_.renderer_of(session_);
  const std::string shown = renderer + "." + world_.backend.token(renderer);
  const auto bring = [&](const std::string& path, const std::string& token) {
    return rest_->for_renderer(request(Method::kPost, path, token, "\x01odd"));
  };
  EXPECT_EQ(rest_->allow_download(request(Method::kPost, "/v1/documents/", shown)).bytes, 1U << 20);
  EXPECT_EQ(rest_->allow_download(request(Method::kPost, "/v1/documents/", token_)).bytes, 0U);
  EXPECT_EQ(rest_->allow_download(request(Method::kPost, "/v1/documents/x", shown)).bytes, 0U);
  EXPECT_EQ(rest_->allow_download(request(Method::kGet, "/v1/documents/", shown)).bytes, 0U);
  EXPECT_EQ(bring("/v1/documents/", renderer + ".x").status, 401U);
  EXPECT_EQ(bring("/v1/documents/x", shown).status, 405U);
  const http::Response brought = bring("/v1/documents/", shown);
  EXPECT_EQ(brought.status, 201U) << brought.body;
  EXPECT_THAT(brought.body, HasSubstr(R"("state":"kept","download":true)"));
  EXPECT_EQ(bring("/v1/documents/", shown).status, 409U) << "half of two";
  const std::string id = http::text_of(*http::parse_json_object(brought.body), "id");
  const http::Response saved = ask(Method::kGet, "/v1/documents/" + id, token_);
  EXPECT_EQ(saved.status, 200U);
  EXPECT_EQ(saved.body, "\x01odd");
  EXPECT_EQ(saved.headers.find("Content-Disposition"), "attachment");
  const std::string watcher = world_.sessions->join(session_, "O", Role::kObserver)->token;
  EXPECT_EQ(ask(Method::kGet, "/v1/documents/" + id, watcher).status, 403U);
  const std::string other = world_.by_link(SessionsWorld::link_of(world_.make()))->token;
  EXPECT_EQ(ask(Method::kGet, "/v1/documents/" + id, other).status, 404U);
}

TEST_F(DocumentsRestTest, WhatPeopleUploadIsNotSavedByOthers) {
  const std::string id = add();
  ASSERT_TRUE(is_ready(id));
  EXPECT_EQ(ask(Method::kGet, "/v1/documents/" + id, token_).status, 404U);
}

TEST_F(DocumentsRestTest, GoWithTheSession) {
  const std::string id = add();
  ASSERT_TRUE(is_ready(id));
  world_.sessions->end(session_, "shop", true);
  EXPECT_TRUE(store_->list(session_).empty());
  EXPECT_FALSE(store_->read(session_, id, false));
}

TEST_F(DocumentsRestTest, WithoutAStoreThereAreNone) {
  DocumentsRest none(*world_.sessions, nullptr);
  EXPECT_FALSE(none.for_people(request(Method::kGet, "/v1/documents", token_)));
  EXPECT_EQ(none.for_renderer(request(Method::kGet, "/v1/documents/x", token_)).status, 404U);
  EXPECT_EQ(none.allow_body(request(Method::kPost, "/v1/documents", token_)).bytes, 0U);
}

}  // namespace
}  // namespace turnpike::cobrowse
