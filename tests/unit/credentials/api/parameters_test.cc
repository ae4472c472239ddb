#include "credentials/api/parameters.h"

#include <gtest/gtest.h>

namespace turnpike::credentials::api {
namespace {

Result<Parameters, std::string> read(std::string query, std::string body = "",
                                     std::string type = "") {
  http::Request request;
  request.query = std::move(query);
  request.body = std::move(body);
  if (!type.empty()) request.headers.add("Content-Type", type);
  return Parameters::read(request);
}

TEST(Parameters, AreTheSameWhereverTheyStand) {
  for (const auto& parameters :
       {read("username=a%20b&ttl=60"), read("", "username=a+b&ttl=60"),
        read("", "username=a+b&ttl=60", "application/x-www-form-urlencoded; charset=utf-8"),
        read("", R"({"username":"a b","ttl":60})"),
        read("ttl=60", R"({"username":"a b"})", "application/json")}) {
    ASSERT_TRUE(parameters) << parameters.error();
    EXPECT_EQ(parameters->find({"user", "username"}), "a b");
    EXPECT_EQ(parameters->number({"ttl"}), 60);
    EXPECT_EQ(parameters->find({"nothing"}), std::nullopt);
  }
}

TEST(Parameters, TheQueryWinsAndEmptyIsNothing) {
  const auto parameters = read("a=1&b=", "a=2&b=3");
  EXPECT_EQ(parameters->find({"a"}), "1");
  EXPECT_EQ(parameters->find({"b"}), std::nullopt);
}

TEST(Parameters, ANumberMustBeOne) {
  const auto parameters = read("ttl=60s&big=99999999999999999999");
  EXPECT_EQ(parameters->number({"ttl"}).error(), "ttl must be a whole number");
  EXPECT_FALSE(parameters->number({"big"}));
  EXPECT_EQ(parameters->number({"none"}), std::nullopt);
}

TEST(Parameters, NonsenseIsRefused) {
  EXPECT_FALSE(read("a=%zz"));
  EXPECT_FALSE(read("", R"({"a":)", "application/json"));
  EXPECT_FALSE(read("", "[1]", "application/json"));
  EXPECT_TRUE(read("", R"({"a":{"b":1},"c":[1],"d":null,"e":true})"));
}

}  // namespace
}  // namespace turnpike::credentials::api
