#pragma once

#include <string_view>

namespace iotcpd::loadgen {

/// What the page is made of, as it was when the program was built.
struct EmbeddedPage {
  std::string_view html;  ///< with places such as {{STYLE}} for the rest
  std::string_view style;
  std::string_view charts;   ///< page_charts.js
  std::string_view script;   ///< page.js
  std::string_view chartJs;  ///< Chart.js, minified, with its licence
};

[[nodiscard]] EmbeddedPage embeddedPage();

}  // namespace iotcpd::loadgen
