#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace iotcpd::redirector {

/// One setting of a configuration file.
struct SettingLine {
  std::string name;
  std::string value;

  bool operator==(const SettingLine&) const = default;
};

/// The settings in the text of a configuration file, in its order and as often as they are there:
///
///     text    = *( comment / setting )          blanks and empty lines between them
///     comment = ( "#" / "!" ) *any end
///     setting = name [ ( "=" / ":" ) value ] end
///     value   = *( escape / any )
///     escape  = "\t" / "\r" / "\n" / "\f"       as in C
///             / "\" end                         nothing: the value goes on in the next line
///             / "\" any                         that byte
///     end     = CR / LF / CR LF / end of text
///
/// Blanks around a name do not count, nor do those around a value unless they are escaped. Every
/// text is in this form; whether the names are settings is for the caller to see.
[[nodiscard]] std::vector<SettingLine> parseSettings(std::string_view text);

/// The line, newline included, that parseSettings() reads as this setting. REQUIRES: the name is
/// that of an option.
[[nodiscard]] std::string settingText(const SettingLine& setting);

}  // namespace iotcpd::redirector
