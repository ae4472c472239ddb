// With the real LibreOffice and pdfinfo where something is converted; the others do without.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <array>

#include "store_world.h"

namespace turnpike::documents {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using DocumentStoreTest = StoreWorld;

TEST_F(DocumentStoreTest, APdfIsListedReadAndRemoved) {
  start();
  const std::string content = pdf(2);
  const auto added = store_->add("s", "../a\xe2\x80\xae.pdf", as_bytes(content));
  ASSERT_TRUE(added);
  EXPECT_EQ(added->name, "a.pdf");
  EXPECT_EQ(added->state, DocumentState::kConverting);
  const auto all = settled("s");
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].id, added->id);
  EXPECT_EQ(all[0].state, DocumentState::kReady);
  EXPECT_EQ(all[0].pages, 0U) << "nobody counts";
  for (const bool original : {false, true}) {
    const auto file = store_->read("s", added->id, original);
    ASSERT_TRUE(file);
    EXPECT_EQ(file->name, "a.pdf");
    EXPECT_EQ(file->content, content);
  }
  EXPECT_FALSE(store_->read("t", added->id, false)) << "another session";
  EXPECT_FALSE(store_->remove("t", added->id));
  EXPECT_FALSE(store_->read("s", "../s/" + added->id, false));
  EXPECT_FALSE(store_->remove("s", ""));
  EXPECT_TRUE(store_->remove("s", added->id));
  EXPECT_FALSE(store_->remove("s", added->id));
  EXPECT_THAT(store_->list("s"), IsEmpty());
  EXPECT_THAT(folder_.names("store"), ElementsAre(kClaim));
}

TEST_F(DocumentStoreTest, TheOldestComesFirst) {
  start();
  std::vector<std::string> added, listed;
  for (int i = 0; i < 9; ++i) added.push_back(add("s", std::to_string(i), pdf(1)));
  for (const Document& one : settled("s")) listed.push_back(one.id);
  EXPECT_EQ(listed, added);
}

TEST_F(DocumentStoreTest, FilesAreThisUsersAlone) {
  ::umask(0);
  start();
  const std::string id = add("s", "a.pdf", pdf(1));
  settled("s");
  EXPECT_EQ(TempFolder::mode(folder_.path("store")), 0700U);
  EXPECT_EQ(TempFolder::mode(folder_.path("store/s")), 0700U);
  EXPECT_THAT(folder_.names("store/s"), ElementsAre(id + ".note", id + ".original"));
  for (const std::string& name : folder_.names("store/s")) {
    EXPECT_EQ(TempFolder::mode(folder_.path("store/s/" + name)), 0600U) << name;
  }
}

TEST_F(DocumentStoreTest, OnlyKindsThatAreShownHere) {
  start();
  EXPECT_FALSE(store_->shows_non_pdf()) << "the converter is missing";
  EXPECT_EQ(refused("s", "a.txt", "hello"), AddProblem::kNotShown);
  EXPECT_EQ(refused("s", "a.pdf", "<html>"), AddProblem::kNotShown);
  EXPECT_EQ(refused("s", "a.pdf", ""), AddProblem::kNotShown);
  store_.reset();
  settings_.non_pdf = false;
  start(ConverterSettings{});
  EXPECT_FALSE(store_->shows_non_pdf());
  EXPECT_EQ(refused("s", "a.txt", "hello"), AddProblem::kNotShown);
  EXPECT_THAT(store_->list("s"), IsEmpty());
  EXPECT_THAT(folder_.names("store"), ElementsAre(kClaim));
  add("s", "a.pdf", pdf(1));
}

TEST_F(DocumentStoreTest, EachLimitHasItsRefusal) {
  const std::string one = pdf(1);
  settings_.max_bytes = one.size();
  settings_.session_factor = 3;
  settings_.max_documents = 2;
  start();
  EXPECT_EQ(refused("s", "a.pdf", one + " "), AddProblem::kTooBig);
  EXPECT_FALSE(store_->may_add("s"));
  add("s", "a.pdf", one);
  const std::string second = add("s", "b.pdf", one);
  EXPECT_EQ(refused("s", "c.pdf", one), AddProblem::kTooMany);
  ASSERT_TRUE(store_->may_add("s"));
  EXPECT_EQ(store_->may_add("s")->problem, AddProblem::kTooMany);
  EXPECT_FALSE(store_->may_add("t")) << "each session has its own";
  EXPECT_TRUE(store_->remove("s", second));
  EXPECT_FALSE(store_->may_add("s"));
}

TEST_F(DocumentStoreTest, ASessionsDocumentsAreBoundedTogether) {
  const std::string one = pdf(1);
  settings_.max_bytes = one.size() + 10;
  settings_.session_factor = 2;
  start();
  add("s", "a.pdf", one);
  add("s", "b.pdf", one);
  EXPECT_FALSE(store_->may_add("s")) << "a small one may come";
  EXPECT_EQ(refused("s", "c.pdf", one), AddProblem::kTooMany);
  add("s", "c.pdf", "%PDF-1.4 not much so");
  EXPECT_EQ(store_->may_add("s")->problem, AddProblem::kTooMany);
}

TEST_F(DocumentStoreTest, AQueueThatIsFullRefuses) {
  settings_.max_waiting = 0;
  start();
  EXPECT_EQ(refused("s", "a.pdf", pdf(1)), AddProblem::kBusy);
  EXPECT_THAT(store_->list("s"), IsEmpty());
}

TEST_F(DocumentStoreTest, SessionsNameNothingOutsideOfTheFolder) {
  start();
  folder_.write("outside", "kept");
  add("s", "a.pdf", pdf(1));
  for (const std::string session :
       {"", ".", "..", "../x", "s/../t", ".converting", kClaim, "a\n"}) {
    EXPECT_EQ(refused(session, "a.pdf", pdf(1)), AddProblem::kNoRoom) << session;
    store_->forget(session);
  }
  EXPECT_THAT(folder_.names(), ElementsAre("outside", "store"));
  EXPECT_THAT(folder_.names("store"), ElementsAre(kClaim, "s"));
  EXPECT_THAT(settled("s"), SizeIs(1));
}

TEST_F(DocumentStoreTest, AFolderThatIsFullRefusesAndKeepsNothing) {
  start();
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{.rlim_cur = 100, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto problem = refused("s", "a.pdf", pdf(30));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(problem, AddProblem::kNoRoom);
  EXPECT_THAT(store_->list("s"), IsEmpty());
  EXPECT_THAT(folder_.names("store"), ElementsAre(kClaim));
  add("s", "a.pdf", pdf(30));
  EXPECT_THAT(settled("s"), SizeIs(1));
}

TEST_F(DocumentStoreTest, OfSessionsThatEndWhileFilesComeNothingStays) {
  settings_.max_waiting = 1000;
  settings_.max_documents = 1000;
  start();
  const std::array<std::string, 2> sessions{"s", "t"};
  const std::string content = pdf(1);
  std::vector<std::thread> people;
  for (int i = 0; i < 4; ++i) {
    people.emplace_back([&, i] {
      for (std::size_t j = 0; j < 40; ++j) {
        const std::string& session = sessions[j % 2];
        const auto added = store_->add(session, "a.pdf", as_bytes(content));
        if (i == 1 && added) store_->remove(session, added->id);
        if (i == 2) store_->forget(sessions[(j / 2) % 2]);
        for (const Document& one : store_->list(session)) {
          const auto file = store_->read(session, one.id, true);
          EXPECT_EQ(file ? file->content : content, content);
        }
      }
    });
  }
  for (std::thread& one : people) one.join();
  for (const std::string& session : sessions) store_->forget(session);
  EXPECT_THAT(folder_.names("store"), ElementsAre(kClaim));
  add("s", "a.pdf", content);
  EXPECT_EQ(settled("s").front().state, DocumentState::kReady);
}

TEST_F(DocumentStoreTest, ATextBecomesAPdf) {
  ::umask(0);
  if (!start_real()) GTEST_SKIP() << "no LibreOffice, pdfinfo or box here";
  EXPECT_TRUE(store_->shows_non_pdf());
  const std::string id = add("s", "note.txt", "hello"), two = add("s", "two.pdf", pdf(2));
  const std::string broken = add("s", "bad.pdf", "%PDF-1.4\nnothing");
  auto all = settled("s");
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0].state, DocumentState::kReady) << all[0].problem;
  EXPECT_EQ(all[0].pages, 1U);
  EXPECT_EQ(all[1].pages, 2U);
  EXPECT_EQ(all[2].state, DocumentState::kFailed);
  EXPECT_EQ(all[2].problem, "it could not be read");
  EXPECT_FALSE(store_->read("s", broken, true));
  EXPECT_EQ(store_->read("s", id, true)->content, "hello");
  EXPECT_EQ(store_->read("s", id, true)->name, "note.txt");
  const auto made = store_->read("s", id, false);
  EXPECT_EQ(made->name, "note.pdf");
  EXPECT_TRUE(made->content.starts_with("%PDF-"));
  EXPECT_THAT(folder_.names("store"), ElementsAre(kClaim, "s"));
  EXPECT_THAT(folder_.names("store/s"), SizeIs(5)) << "two of the PDF, three of the text";
  for (const std::string& name : folder_.names("store/s")) {
    EXPECT_EQ(TempFolder::mode(folder_.path("store/s/" + name)), 0600U) << name;
  }
  store_.reset();
  start();
  store_->keep_only({"s"});
  all = store_->list("s");
  ASSERT_THAT(all, SizeIs(2)) << "what failed is forgotten";
  EXPECT_EQ(all[0].pages, 1U);
  EXPECT_EQ(store_->read("s", id, false)->content, made->content);
}

TEST_F(DocumentStoreTest, APdfThatGetsTooBigFails) {
  settings_.max_bytes = 10;
  settings_.session_factor = 2;
  if (!start_real()) GTEST_SKIP() << "no LibreOffice, pdfinfo or box here";
  const std::string id = add("s", "note.txt", "hello");
  const auto all = settled("s");
  EXPECT_EQ(all.at(0).state, DocumentState::kFailed);
  EXPECT_EQ(all.at(0).problem, "it is too big to prepare");
  EXPECT_THAT(folder_.names("store"), ElementsAre(kClaim, "s"));
  EXPECT_THAT(folder_.names("store/s"), IsEmpty());
  EXPECT_FALSE(store_->may_add("s"));
  EXPECT_TRUE(store_->remove("s", id)) << "one that failed can be removed";
}

TEST_F(DocumentStoreTest, RemovalAndEndStopWhatIsConverted) {
  if (!start_real()) GTEST_SKIP() << "no LibreOffice, pdfinfo or box here";
  const std::string id = add("s", "note.txt", "hello");
  const std::string waiting = add("s", "waiting.pdf", pdf(1));
  await_converting("s");
  EXPECT_TRUE(store_->remove("s", id));
  ASSERT_THAT(settled("s"), SizeIs(1)) << "the next one is not stopped";
  EXPECT_EQ(store_->list("s").at(0).id, waiting);
  EXPECT_EQ(store_->list("s").at(0).state, DocumentState::kReady);
  add("t", "note.txt", "hello");
  add("t", "more.txt", "hello");
  await_converting("t");
  store_->forget("t");
  EXPECT_THAT(store_->list("t"), IsEmpty());
  EXPECT_FALSE(folder_.has("store/t"));
  const std::string after = add("s", "after.pdf", pdf(3));
  EXPECT_EQ(settled("s").back().pages, 3U);
  EXPECT_THAT(folder_.names("store"), ElementsAre(kClaim, "s")) << "nothing half made";
}

TEST_F(DocumentStoreTest, AnEndWhileSomethingIsConvertedDoesNotWaitForIt) {
  if (!start_real()) GTEST_SKIP() << "no LibreOffice, pdfinfo or box here";
  add("s", "note.txt", "hello");
  await_converting("s");
  store_.reset();
  EXPECT_FALSE(folder_.has("store/.converting"));
  start();
  store_->keep_only({"s"});
  for (const Document& one : store_->list("s")) EXPECT_EQ(one.state, DocumentState::kReady);
}

}  // namespace
}  // namespace turnpike::documents
