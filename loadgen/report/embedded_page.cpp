#include "loadgen/report/embedded_page.h"

// The assembler takes the files as they are: no step that copies them, and no array of 300,000
// numbers for the compiler. CMakeLists.txt says that this source depends on them.
#define IOTCPD_EMBED(NAME, FILE)         \
  asm(".pushsection .rodata\n"           \
      ".global iotcpd_" NAME             \
      "\n"                               \
      "iotcpd_" NAME ": .incbin \"" FILE \
      "\"\n"                             \
      ".global iotcpd_" NAME             \
      "_end\n"                           \
      "iotcpd_" NAME                     \
      "_end: .byte 0\n"                  \
      ".popsection\n")

IOTCPD_EMBED("page_html", IOTCPD_PAGE_FOLDER "/page.html");
IOTCPD_EMBED("page_css", IOTCPD_PAGE_FOLDER "/page.css");
IOTCPD_EMBED("page_charts_js", IOTCPD_PAGE_FOLDER "/page_charts.js");
IOTCPD_EMBED("page_js", IOTCPD_PAGE_FOLDER "/page.js");
IOTCPD_EMBED("chart_js", IOTCPD_CHART_JS);

namespace iotcpd::loadgen {

// Only the linker knows how long they are.
// NOLINTBEGIN(modernize-avoid-c-arrays)
extern const char kPageHtml[] asm("iotcpd_page_html");
extern const char kPageHtmlEnd[] asm("iotcpd_page_html_end");
extern const char kPageCss[] asm("iotcpd_page_css");
extern const char kPageCssEnd[] asm("iotcpd_page_css_end");
extern const char kPageChartsJs[] asm("iotcpd_page_charts_js");
extern const char kPageChartsJsEnd[] asm("iotcpd_page_charts_js_end");
extern const char kPageJs[] asm("iotcpd_page_js");
extern const char kPageJsEnd[] asm("iotcpd_page_js_end");
extern const char kChartJs[] asm("iotcpd_chart_js");
extern const char kChartJsEnd[] asm("iotcpd_chart_js_end");
// NOLINTEND(modernize-avoid-c-arrays)

EmbeddedPage embeddedPage() {
  return {{kPageHtml, kPageHtmlEnd},
          {kPageCss, kPageCssEnd},
          {kPageChartsJs, kPageChartsJsEnd},
          {kPageJs, kPageJsEnd},
          {kChartJs, kChartJsEnd}};
}

}  // namespace iotcpd::loadgen
