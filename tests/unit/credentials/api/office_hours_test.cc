#include "credentials/api/office_hours.h"

#include <gtest/gtest.h>

namespace turnpike::credentials::api {
namespace {

enum Day { kMo, kTu, kWe, kTh, kFr, kSa, kSu };

bool open(std::string_view hours, Day day, int hour, int minute = 0) {
  const auto parsed = OfficeHours::parse(hours);
  EXPECT_TRUE(parsed) << hours;
  return parsed && parsed->contains({day, hour * 60 + minute});
}

TEST(OfficeHours, DaysAndTimes) {
  EXPECT_TRUE(open("Mo-Fr 08:00-18:00", kMo, 8));
  EXPECT_TRUE(open("Mo-Fr 08:00-18:00", kFr, 17, 59));
  EXPECT_FALSE(open("Mo-Fr 08:00-18:00", kFr, 18));
  EXPECT_FALSE(open("Mo-Fr 08:00-18:00", kFr, 7, 59));
  EXPECT_FALSE(open("Mo-Fr 08:00-18:00", kSa, 12));
  EXPECT_TRUE(open("Sa 09:30-12:00", kSa, 9, 30));
  EXPECT_FALSE(open("Sa 09:30-12:00", kSu, 10));
  EXPECT_TRUE(open("00:00-24:00", kSu, 23, 59));
  EXPECT_TRUE(open("Sa-Mo 08:00-18:00", kSu, 8));
  EXPECT_FALSE(open("Sa-Mo 08:00-18:00", kTu, 8));
}

TEST(OfficeHours, ANightBelongsToTheDayThatItBeginsOn) {
  EXPECT_TRUE(open("Fr 22:00-06:00", kFr, 22));
  EXPECT_TRUE(open("Fr 22:00-06:00", kSa, 5, 59));
  EXPECT_FALSE(open("Fr 22:00-06:00", kFr, 5));
  EXPECT_FALSE(open("Fr 22:00-06:00", kSa, 22));
  EXPECT_TRUE(open("Su 22:00-06:00", kMo, 3));
}

TEST(OfficeHours, WhatIsNone) {
  for (const char* text : {"", "Mo", "08:00", "08:00-", "8:00-18:00", "08:00-25:00", "08:60-09:00",
                           "24:00-08:00", "Mo-Xx 08:00-18:00", "mo 08:00-18:00",
                           "Mo-Fr  08:00-18:00", "08:00-18:00 Mo", "08:00-18:00x", "0a:00-18:00"}) {
    EXPECT_FALSE(OfficeHours::parse(text)) << text;
  }
}

}  // namespace
}  // namespace turnpike::credentials::api
