#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "loadgen/report/embedded_page.h"
#include "loadgen/report/page_data.h"
#include "loadgen/report/reports.h"

namespace iotcpd::loadgen {
namespace {

/// JSON has '<' within texts only, where it may be written so; then nothing in it ends a script.
std::string inScript(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  for (const char byte : json) {
    if (byte == '<') {
      text += "\\u003c";
    } else {
      text += byte;
    }
  }
  return text;
}

}  // namespace

std::string htmlReport(std::span<const NamedResult> results) {
  const EmbeddedPage page = embeddedPage();
  const std::string data = inScript(pageData(results));
  const std::array<std::pair<std::string_view, std::string_view>, 5> parts{{
      {"{{STYLE}}", page.style},
      {"{{DATA}}", data},
      {"{{CHART_JS}}", page.chartJs},
      {"{{CHARTS}}", page.charts},
      {"{{SCRIPT}}", page.script},
  }};
  // In the order of the places: what is put in is never searched for places itself.
  std::string html;
  std::string_view rest = page.html;
  for (const auto& [place, content] : parts) {
    const std::size_t found = rest.find(place);
    html += rest.substr(0, found);
    html += content;
    rest.remove_prefix(found + place.size());
  }
  html += rest;
  return html;
}

}  // namespace iotcpd::loadgen
