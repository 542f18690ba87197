#include "loadgen/result/figure_text.h"

#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

TEST(FigureText, TimesTakeTheUnitThatSuitsThem) {
  EXPECT_EQ(timeFigure(0), "0ns");
  EXPECT_EQ(timeFigure(850), "850ns");
  EXPECT_EQ(timeFigure(61'234'567), "61.23ms");
  EXPECT_EQ(timeFigure(1.5e9), "1.5s");
  EXPECT_EQ(timeFigure(3600e9), "3600s");
  EXPECT_EQ(timeFigure(12'345), "12.35us");
}

TEST(FigureText, RatesHaveOneDecimalAtTheMost) {
  EXPECT_EQ(rateFigure(1000), "1000/s");
  EXPECT_EQ(rateFigure(998.76), "998.8/s");
  EXPECT_EQ(rateFigure(1234567), "1234567/s");
}

TEST(FigureText, SharesArePercents) {
  EXPECT_EQ(shareFigure(0), "0%");
  EXPECT_EQ(shareFigure(0.0025), "0.25%");
  EXPECT_EQ(shareFigure(1), "100%");
}

TEST(FigureText, DecimalsHaveNoExponent) {
  EXPECT_EQ(decimalFigure(0.00001), "0.00001");
  EXPECT_EQ(decimalFigure(1e12), "1000000000000");
  EXPECT_EQ(decimalFigure(99.9), "99.9");
}

}  // namespace
}  // namespace iotcpd::loadgen
