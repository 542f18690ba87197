#include "loadgen/result/probability.h"

#include <cmath>

#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

double normalDistribution(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }

TEST(Probability, TheNormalQuantileIsTheInverseOfTheDistribution) {
  for (const double p : {1e-9, 1e-4, 0.01, 0.024, 0.025, 0.1, 0.5, 0.75, 0.975, 0.976, 0.999}) {
    EXPECT_NEAR(normalDistribution(normalQuantile(p)), p, p * 1e-7) << p;
  }
  EXPECT_NEAR(normalQuantile(0.975), 1.959964, 1e-6);
}

TEST(Probability, TheNormalQuantileIsSymmetric) {
  EXPECT_DOUBLE_EQ(normalQuantile(0.5), 0);
  EXPECT_NEAR(normalQuantile(0.001), -normalQuantile(0.999), 1e-12);
  EXPECT_NEAR(normalQuantile(0.3), -normalQuantile(0.7), 1e-12);
}

TEST(Probability, TheStudentQuantileAgreesWithPublishedTables) {
  EXPECT_NEAR(studentQuantile(0.975, 4), 2.776, 0.01);
  EXPECT_NEAR(studentQuantile(0.975, 9), 2.2622, 3e-4);
  EXPECT_NEAR(studentQuantile(0.975, 15), 2.1314, 1e-4);
  EXPECT_NEAR(studentQuantile(0.975, 30), 2.0423, 1e-4);
  EXPECT_NEAR(studentQuantile(0.995, 10), 3.1693, 3e-3);
}

TEST(Probability, WithManyDegreesOfFreedomStudentIsNormal) {
  EXPECT_NEAR(studentQuantile(0.975, 1e6), normalQuantile(0.975), 1e-5);
}

}  // namespace
}  // namespace iotcpd::loadgen
