// Runs the simulation over many seeds. TURNPIKE_SIM_SEED=n runs that one alone;
// TURNPIKE_SIM_SEEDS=n runs so many.
#include "tests/sim/simulation.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace turnpike::sim {
namespace {

constexpr std::uint64_t kSeeds = 20;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

Outcome run(std::uint64_t seed) {
  const Outcome outcome = Simulation(seed).run(seconds(1300));
  for (const std::string& what : outcome.faults) {
    ADD_FAILURE() << "TURNPIKE_SIM_SEED=" << seed << ": " << what;
  }
  return outcome;
}

TEST(Simulation, TheOracleAgreesOnEverySeed) {
  const std::uint64_t one = from_environment("TURNPIKE_SIM_SEED", 0);
  if (one != 0) {
    run(one);
    return;
  }
  Outcome sum;
  const std::uint64_t seeds = from_environment("TURNPIKE_SIM_SEEDS", kSeeds);
  for (std::uint64_t seed = 1; seed <= seeds && !HasFailure(); ++seed) {
    const Outcome outcome = run(seed);
    sum.to_peers += outcome.to_peers;
    sum.to_clients += outcome.to_clients;
    sum.between_clients += outcome.between_clients;
    sum.granted += outcome.granted;
    sum.refused += outcome.refused;
    sum.dropped += outcome.dropped;
    sum.hostile += outcome.hostile;
  }
  std::printf(
      "to peers %llu, to clients %llu, between clients %llu, granted %llu, refused %llu, "
      "dropped %llu, hostile %llu\n",
      static_cast<unsigned long long>(sum.to_peers),
      static_cast<unsigned long long>(sum.to_clients),
      static_cast<unsigned long long>(sum.between_clients),
      static_cast<unsigned long long>(sum.granted), static_cast<unsigned long long>(sum.refused),
      static_cast<unsigned long long>(sum.dropped), static_cast<unsigned long long>(sum.hostile));
  // A simulation in which nothing happens proves nothing.
  EXPECT_GT(sum.to_peers, 50 * seeds);
  EXPECT_GT(sum.to_clients, 50 * seeds);
  EXPECT_GT(sum.between_clients, 10 * seeds);
  EXPECT_GT(sum.granted, 500 * seeds);
  EXPECT_GT(sum.dropped, 100 * seeds);
}

TEST(Simulation, TheSameSeedIsTheSameRun) {
  const Outcome first = run(7);
  const Outcome second = run(7);
  EXPECT_EQ(first.links.delivered, second.links.delivered);
  EXPECT_EQ(first.to_clients, second.to_clients);
  EXPECT_EQ(first.dropped, second.dropped);
}

}  // namespace
}  // namespace turnpike::sim
