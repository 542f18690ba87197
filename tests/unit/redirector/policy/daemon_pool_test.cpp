#include "redirector/policy/daemon_pool.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/random/random_stream.h"

namespace iotcpd::redirector {
namespace {

constexpr std::array kAllStates{DaemonState::kSpawning, DaemonState::kStarting,
                                DaemonState::kAvailable, DaemonState::kBusy,
                                DaemonState::kStopping};

void bringUp(DaemonPool& pool, SlotId slot) {
  pool.start(slot);
  pool.prove(slot);
}

/// All slots available; the last one was proven last.
DaemonPool poolOfAvailable(std::size_t slots) {
  DaemonPool pool(slots);
  for (SlotId slot = 0; slot < slots; ++slot) {
    bringUp(pool, slot);
  }
  return pool;
}

std::vector<SlotId> borrowAll(DaemonPool& pool) {
  std::vector<SlotId> borrowed;
  while (const auto slot = pool.borrow()) {
    borrowed.push_back(*slot);
  }
  return borrowed;
}

TEST(DaemonPool, EverySlotOfANewPoolIsSpawning) {
  const DaemonPool pool(3);
  EXPECT_EQ(pool.size(), 3U);
  EXPECT_EQ(pool.count(DaemonState::kSpawning), 3U);
  EXPECT_EQ(pool.incarnation(2), 0U);
}

TEST(DaemonPool, APoolWithoutAnAvailableDaemonHandsOutNothing) {
  DaemonPool pool(2);
  EXPECT_EQ(pool.borrow(), std::nullopt);
  pool.start(0);
  EXPECT_EQ(pool.borrow(), std::nullopt) << "started is not proven";
}

TEST(DaemonPool, AProvenDaemonIsHandedOutOnceUntilItIsGivenBack) {
  DaemonPool pool(1);
  bringUp(pool, 0);
  EXPECT_EQ(pool.borrow(), SlotId{0});
  EXPECT_EQ(pool.state(0), DaemonState::kBusy);
  EXPECT_EQ(pool.borrow(), std::nullopt);
  pool.giveBack(0);
  EXPECT_EQ(pool.borrow(), SlotId{0});
}

TEST(DaemonPool, TheMostRecentlyReturnedDaemonIsHandedOutFirst) {
  DaemonPool pool = poolOfAvailable(3);
  ASSERT_EQ(borrowAll(pool), (std::vector<SlotId>{2, 1, 0}));
  pool.giveBack(1);
  pool.giveBack(2);
  pool.giveBack(0);
  EXPECT_EQ(borrowAll(pool), (std::vector<SlotId>{0, 2, 1}));
}

TEST(DaemonPool, OneRequestAtATimeKeepsComingToTheSameDaemon) {
  DaemonPool pool = poolOfAvailable(4);
  for (int request = 0; request < 10; ++request) {
    EXPECT_EQ(pool.borrow(), SlotId{3});
    pool.giveBack(3);
  }
}

TEST(DaemonPool, AVacatedDaemonIsNeverHandedOutWhereverItStoodInTheList) {
  for (SlotId gone = 0; gone < 3; ++gone) {
    SCOPED_TRACE("vacated slot " + std::to_string(gone));
    DaemonPool pool = poolOfAvailable(3);
    pool.vacate(gone);
    std::vector<SlotId> expected{2, 1, 0};
    expected.erase(std::find(expected.begin(), expected.end(), gone));
    EXPECT_EQ(borrowAll(pool), expected);
  }
}

TEST(DaemonPool, ASlotCanBeVacatedFromEveryStateWithAProcess) {
  DaemonPool pool(3);
  pool.start(0);
  bringUp(pool, 1);
  bringUp(pool, 2);
  ASSERT_EQ(pool.borrow(), SlotId{2});
  for (SlotId slot = 0; slot < 3; ++slot) {
    pool.vacate(slot);
    EXPECT_EQ(pool.state(slot), DaemonState::kSpawning);
  }
  EXPECT_EQ(pool.count(DaemonState::kSpawning), 3U);
}

TEST(DaemonPool, IncarnationsCountFromOnePerSlot) {
  DaemonPool pool(2);
  EXPECT_EQ(pool.start(0), 1U);
  pool.vacate(0);
  EXPECT_EQ(pool.start(0), 2U);
  EXPECT_EQ(pool.start(1), 1U);
}

TEST(DaemonPool, ASuccessorIsCountedWhenItIsLaunchedAndNotAgainWhenItTakesOver) {
  DaemonPool pool(1);
  bringUp(pool, 0);
  EXPECT_EQ(pool.nextIncarnation(0), 2U);
  EXPECT_EQ(pool.state(0), DaemonState::kAvailable) << "the incumbent goes on serving";
  pool.replace(0);
  EXPECT_EQ(pool.incarnation(0), 2U);
  pool.vacate(0);
  EXPECT_EQ(pool.start(0), 3U);
}

TEST(DaemonPool, ASuccessorIsHandedOutFirstWhateverItReplaces) {
  DaemonPool pool(4);
  bringUp(pool, 1);
  bringUp(pool, 0);
  pool.start(2);
  pool.replace(1);  // an available incumbent
  pool.replace(2);  // one that is being proven
  pool.replace(3);  // none: it died meanwhile
  EXPECT_EQ(pool.count(DaemonState::kAvailable), 4U);
  EXPECT_EQ(borrowAll(pool), (std::vector<SlotId>{3, 2, 1, 0}));
}

TEST(DaemonPool, GrowingAddsSpawningSlotsAndLeavesTheOthersAlone) {
  DaemonPool pool = poolOfAvailable(2);
  pool.resize(5);
  EXPECT_EQ(pool.size(), 5U);
  EXPECT_EQ(pool.count(DaemonState::kSpawning), 3U);
  EXPECT_EQ(borrowAll(pool), (std::vector<SlotId>{1, 0}));
}

TEST(DaemonPool, ShrinkingRemovesEmptySlotsFromTheEnd) {
  DaemonPool pool = poolOfAvailable(3);
  pool.vacate(2);
  pool.resize(2);
  EXPECT_EQ(pool.size(), 2U);
  EXPECT_EQ(pool.count(DaemonState::kSpawning), 0U);
  EXPECT_EQ(borrowAll(pool), (std::vector<SlotId>{1, 0}));
}

TEST(DaemonPool, ASlotThatComesBackGoesOnCountingItsIncarnations) {
  DaemonPool pool = poolOfAvailable(3);
  EXPECT_EQ(pool.incarnation(2), 1U);
  pool.vacate(2);
  pool.resize(2);
  pool.resize(3);
  EXPECT_EQ(pool.start(2), 2U);
}

/// Each can be lent `capacity` times at once; the last one was proven last.
DaemonPool poolOfMany(std::size_t slots, std::size_t capacity) {
  DaemonPool pool(slots);
  for (SlotId slot = 0; slot < slots; ++slot) {
    pool.start(slot);
    pool.prove(slot, capacity);
  }
  return pool;
}

TEST(DaemonPool, ADaemonIsLentUpToItsCapacityAndBusyUntilTheLastLoanEnds) {
  DaemonPool pool = poolOfMany(1, 3);
  EXPECT_EQ(borrowAll(pool), (std::vector<SlotId>{0, 0, 0}));
  pool.giveBack(0);
  pool.giveBack(0);
  EXPECT_EQ(pool.state(0), DaemonState::kBusy);
  EXPECT_EQ(borrowAll(pool), (std::vector<SlotId>{0, 0}));
  for (int loan = 0; loan < 3; ++loan) pool.giveBack(0);
  EXPECT_EQ(pool.state(0), DaemonState::kAvailable);
}

TEST(DaemonPool, TheDaemonWithTheFewestLoansIsLentFirst) {
  DaemonPool pool = poolOfMany(3, 2);
  EXPECT_EQ(borrowAll(pool), (std::vector<SlotId>{2, 1, 0, 0, 1, 2}))
      << "of those with as many, the one that came to it last";
  pool.giveBack(1);
  pool.giveBack(1);
  pool.giveBack(0);
  EXPECT_EQ(borrowAll(pool), (std::vector<SlotId>{1, 1, 0}));
}

TEST(DaemonPool, OfThoseWithAsManyLoansTheMostRecentlyReturnedIsLentFirst) {
  DaemonPool pool = poolOfMany(3, 2);
  ASSERT_EQ(borrowAll(pool).size(), 6U);
  pool.giveBack(0);
  pool.giveBack(2);
  pool.giveBack(1);
  EXPECT_EQ(borrowAll(pool), (std::vector<SlotId>{1, 2, 0}));
}

TEST(DaemonPool, ASuccessorHasItsOwnCapacityAndNoLoans) {
  DaemonPool pool = poolOfMany(2, 2);
  ASSERT_EQ(borrowAll(pool).size(), 4U);
  pool.replace(0, 4);
  EXPECT_EQ(borrowAll(pool), (std::vector<SlotId>{0, 0, 0, 0}));
  pool.replace(0);
  EXPECT_EQ(borrowAll(pool), std::vector<SlotId>{0});
}

TEST(DaemonPool, AVacatedDaemonIsNotLentHoweverOftenItWas) {
  for (int loans = 0; loans <= 2; ++loans) {
    SCOPED_TRACE(loans);
    DaemonPool pool = poolOfMany(1, 2);
    for (int loan = 0; loan < loans; ++loan) ASSERT_EQ(pool.borrow(), SlotId{0});
    pool.vacate(0);
    EXPECT_EQ(pool.borrow(), std::nullopt);
    bringUp(pool, 0);
    EXPECT_EQ(borrowAll(pool), std::vector<SlotId>{0}) << "one at a time, as it was proven";
  }
}

#ifndef NDEBUG
TEST(DaemonPoolDeathTest, AMoveThatTheStateMachineLacksIsOurMistake) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  DaemonPool pool = poolOfAvailable(1);
  EXPECT_DEATH(pool.start(0), "kSpawning");
  EXPECT_DEATH(pool.prove(0), "kStarting");
  EXPECT_DEATH(pool.giveBack(0), "kBusy");
  EXPECT_DEATH(pool.resize(0), "kSpawning");
  pool.vacate(0);
  EXPECT_DEATH(pool.vacate(0), "kSpawning");
}
#endif

/// The pool as anybody would write it first: states in a vector, the available ones as a stack.
struct PoolModel {
  std::vector<DaemonState> states;
  std::vector<std::uint64_t> incarnations;
  std::vector<SlotId> stack;

  explicit PoolModel(std::size_t slots)
      : states(slots, DaemonState::kSpawning), incarnations(slots, 0) {}

  void move(SlotId slot, DaemonState to) {
    stack.erase(std::remove(stack.begin(), stack.end(), slot), stack.end());
    states[slot] = to;
    if (to == DaemonState::kAvailable) {
      stack.push_back(slot);
    }
  }
};

/// Drives a pool and its model through the same random events and compares them after each.
class PoolAgainstModel {
 public:
  explicit PoolAgainstModel(std::uint64_t seed) : random_(seed, "daemon-pool-test") {}

  void step() {
    const std::uint64_t choice = below(10);
    if (choice < 3) {
      borrow();
    } else if (choice == 3) {
      resize();
    } else {
      changeSlot(static_cast<SlotId>(below(pool_.size())));
    }
  }

  void compare() const {
    ASSERT_EQ(pool_.size(), model_.states.size());
    for (SlotId slot = 0; slot < pool_.size(); ++slot) {
      ASSERT_EQ(pool_.state(slot), model_.states[slot]) << "slot " << slot;
      ASSERT_EQ(pool_.incarnation(slot), model_.incarnations[slot]) << "slot " << slot;
    }
    for (const DaemonState state : kAllStates) {
      const auto expected = std::count(model_.states.begin(), model_.states.end(), state);
      ASSERT_EQ(pool_.count(state), static_cast<std::size_t>(expected)) << daemonStateName(state);
    }
  }

 private:
  std::uint64_t below(std::uint64_t end) { return random_.next() % end; }

  void borrow() {
    const auto borrowed = pool_.borrow();
    ASSERT_EQ(borrowed.has_value(), !model_.stack.empty());
    if (borrowed) {
      ASSERT_EQ(*borrowed, model_.stack.back());
      model_.move(*borrowed, DaemonState::kBusy);
    }
  }

  void resize() {
    std::size_t smallest = pool_.size();
    while (smallest > 1 && model_.states[smallest - 1] == DaemonState::kSpawning) {
      --smallest;
    }
    const std::size_t slots = smallest + below(4);
    pool_.resize(slots);
    model_.states.resize(slots, DaemonState::kSpawning);
    model_.incarnations.resize(std::max(slots, model_.incarnations.size()), 0);
  }

  void changeSlot(SlotId slot) {
    const DaemonState state = model_.states[slot];
    const std::uint64_t choice = below(8);
    if (choice == 0 && state != DaemonState::kBusy) {
      ASSERT_EQ(pool_.nextIncarnation(slot), ++model_.incarnations[slot]);
      pool_.replace(slot);
      model_.move(slot, DaemonState::kAvailable);
    } else if (choice == 1 && state != DaemonState::kSpawning) {
      pool_.vacate(slot);
      model_.move(slot, DaemonState::kSpawning);
    } else if (state == DaemonState::kSpawning) {
      ASSERT_EQ(pool_.start(slot), ++model_.incarnations[slot]);
      model_.move(slot, DaemonState::kStarting);
    } else if (state == DaemonState::kStarting) {
      pool_.prove(slot);
      model_.move(slot, DaemonState::kAvailable);
    } else if (state == DaemonState::kBusy) {
      pool_.giveBack(slot);
      model_.move(slot, DaemonState::kAvailable);
    }
  }

  RandomStream random_;
  DaemonPool pool_{4};
  PoolModel model_{4};
};

TEST(DaemonPool, AgreesWithASimpleModelUnderRandomEvents) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    PoolAgainstModel run(seed);
    for (int step = 0; step < 2000; ++step) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
      run.step();
      run.compare();
      if (HasFatalFailure()) {
        return;
      }
    }
  }
}

}  // namespace
}  // namespace iotcpd::redirector
