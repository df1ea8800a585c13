#include "protocol/address.hpp"

#include <string>
#include <string_view>
#include <variant>

#include <doctest/doctest.h>

#include "protocol/failure.hpp"

namespace troupe {
namespace {

/// What a user is told of a source that cannot be; empty when it can.
std::string refusal(std::string_view uri) {
  try {
    static_cast<void>(parse_source_address(uri));
  } catch (const failure& trouble) {
    CHECK(trouble.kind() == failure_kind::bad_value);
    return trouble.what();
  }
  return {};
}

std::string output_refusal(std::string_view text) {
  try {
    static_cast<void>(parse_output_address(text));
  } catch (const failure& trouble) {
    CHECK(trouble.kind() == failure_kind::bad_value);
    return trouble.what();
  }
  return {};
}

template <class Source>
bool reads_as(std::string_view uri, const Source& expected) {
  return parse_source_address(uri) == source_address{expected};
}

template <class Output>
bool goes_to(std::string_view text, const Output& expected) {
  return parse_output_address(text) == output_address{expected};
}

TEST_CASE("a file source is a path, absolute or relative, that may begin again at its end") {
  CHECK(reads_as("file:/a/b.wav", file_source{"/a/b.wav"}));
  CHECK(reads_as("file:b.wav", file_source{"b.wav"}));
  CHECK(reads_as("file:///a/b.wav", file_source{"/a/b.wav"}));
  CHECK(reads_as("file:b.wav?loop=1", file_source{.path = "b.wav", .loop = true}));
  CHECK(reads_as("file:b.wav?loop=0", file_source{.path = "b.wav", .loop = false}));
  CHECK(reads_as("file:a:b.wav", file_source{"a:b.wav"}));
}

TEST_CASE("in a path %XX stands for a byte, and any other percent sign for itself") {
  CHECK(reads_as("file:a%3Fb%26c%25.wav", file_source{"a?b&c%.wav"}));
  CHECK(reads_as("file:%c3%A9.wav", file_source{"\xC3\xA9.wav"}));
  CHECK(reads_as("file:100%.wav", file_source{"100%.wav"}));
  CHECK(reads_as("file:%zz%4", file_source{"%zz%4"}));
}

TEST_CASE("any number of slashes in front of a path is the root") {
  CHECK(reads_as("file:////a", file_source{"/a"}));
  CHECK(reads_as("file://///a", file_source{"/a"}));
  CHECK(reads_as("file:%2F//a", file_source{"/a"}));
}

TEST_CASE("a pipe source has a path or standard input, a rate, channels and a pace") {
  CHECK(reads_as("pipe:-", pipe_source{"-"}));
  CHECK(reads_as("pipe:/run/pcm", pipe_source{"/run/pcm"}));
  CHECK(reads_as("pipe:-?rate=44100&channels=1&pace=writer",
                 pipe_source{"-", 44100, 1, pipe_pace::writer}));
  CHECK(reads_as("pipe:-?pace=clock", pipe_source{"-", 48000, 2, pipe_pace::clock}));
  CHECK(reads_as("pipe:-?rate=4000&channels=64", pipe_source{"-", 4000, 64}));
  CHECK(reads_as("pipe:-?rate=768000", pipe_source{"-", 768000, 2}));
}

TEST_CASE("an ALSA source is a device by its ALSA name, the default one when left out") {
  CHECK(reads_as("alsa:", alsa_source{"default"}));
  CHECK(reads_as("alsa:hw:1,0", alsa_source{"hw:1,0"}));
  CHECK(reads_as("alsa:plug:SLAVE='hw:0'", alsa_source{"plug:SLAVE='hw:0'"}));
}

TEST_CASE("a tone has a frequency from 1 to 20000 Hz, 440 Hz when left out") {
  CHECK(reads_as("tone:", tone_source{440}));
  CHECK(reads_as("tone:1000", tone_source{1000}));
  CHECK(reads_as("tone:261.63", tone_source{261.63}));
  CHECK(reads_as("tone:1", tone_source{1}));
  CHECK(reads_as("tone:20000", tone_source{20000}));
  for (const auto* uri :
       {"tone:0", "tone:0.99", "tone:20000.1", "tone:-5", "tone:nan", "tone:inf", "tone:440Hz"}) {
    CAPTURE(uri);
    CHECK(refusal(uri) == "\"" + std::string{uri} + "\": the frequency of a tone is 1 to 20000 Hz");
  }
}

TEST_CASE("silence takes nothing") {
  CHECK(reads_as("silence:", silence_source{}));
  CHECK(refusal("silence:loud") == "\"silence:loud\": silence: takes nothing after the colon");
}

TEST_CASE("other nodes are sources, in the order in which they are preferred") {
  CHECK(reads_as("troupe://127.0.0.1:4747", link_source{{{"127.0.0.1", 4747}}}));
  CHECK(reads_as("troupe://a:1,troupe://[::1]:2", link_source{{{"a", 1}, {"::1", 2}}}));
  CHECK(to_string(source_address{link_source{{{"a", 1}, {"::1", 2}}}}) ==
        "troupe://a:1,troupe://[::1]:2");
}

TEST_CASE("other nodes that cannot be are refused with the way to write them") {
  CHECK(refusal("troupe:a:1") ==
        "\"troupe:a:1\": another node is written troupe://HOST:PORT, "
        "several of them with commas between");
  CHECK(refusal("troupe://a:1,b:2").find("several of them with commas") != std::string::npos);
  CHECK(refusal("troupe://a").find("the port is missing") != std::string::npos);
  CHECK(refusal("troupe://:1").find("the host is missing") != std::string::npos);
  CHECK(refusal("troupe://a:70000").find("from 0 to 65535") != std::string::npos);
  CHECK(refusal("troupe://a:0").find("is not 0") != std::string::npos);
  CHECK(refusal("troupe://::1:5").find("in brackets") != std::string::npos);
  CHECK(refusal("troupe://a:1,troupe://a:1").find("is there twice") != std::string::npos);
}

TEST_CASE("a source of another kind is refused with the list of kinds") {
  CHECK(refusal("http://a/b") ==
        "\"http://a/b\": not a source; a source is file:PATH, pipe:PATH, pipe:-, alsa:DEVICE, "
        "tone:HZ, silence: or troupe://HOST:PORT");
  CHECK(refusal("FILE:a").find("not a source") != std::string::npos);
}

TEST_CASE("a bare path is refused with the way to write it") {
  CHECK(refusal("song.wav") ==
        "\"song.wav\": not a source; a source is file:PATH, pipe:PATH, pipe:-, alsa:DEVICE, "
        "tone:HZ, silence: or troupe://HOST:PORT; for a file write file:song.wav");
  CHECK(refusal("/a/take:2.wav").ends_with("; for a file write file:/a/take:2.wav"));
  CHECK(refusal("").find("not a source") != std::string::npos);
}

TEST_CASE("what is no source is refused as such, whatever stands after a question mark") {
  CHECK(refusal("/a/b:what?.wav").find("not a source") != std::string::npos);
}

TEST_CASE("a missing path is refused with the way to write one") {
  CHECK(refusal("file:") == "\"file:\": the path is missing; write file:PATH");
  CHECK(refusal("file:?loop=1") == "\"file:?loop=1\": the path is missing; write file:PATH");
  CHECK(refusal("pipe:") == "\"pipe:\": the path is missing; write pipe:PATH or pipe:-");
}

TEST_CASE("a path with a zero byte, which no file can have, is refused") {
  const std::string expected = "a path cannot hold a zero byte";
  CHECK(refusal("file:a%00b.wav") == "\"file:a%00b.wav\": " + expected);
  CHECK(refusal("pipe:%00") == "\"pipe:%00\": " + expected);
  CHECK(output_refusal("file:a%00.wav") == "\"file:a%00.wav\": " + expected);
}

TEST_CASE("an option that the source does not have is refused by name") {
  CHECK(refusal("file:a?rate=1") == "\"file:a?rate=1\": the source file: has no option \"rate\"");
  CHECK(refusal("pipe:-?loop=1") == "\"pipe:-?loop=1\": the source pipe: has no option \"loop\"");
  CHECK(refusal("alsa:?a=b") == "\"alsa:?a=b\": the source alsa: has no option \"a\"");
  CHECK(refusal("tone:?a=b").ends_with(": has no option \"a\""));
  CHECK(refusal("silence:?a=b").ends_with(": has no option \"a\""));
}

TEST_CASE("an option without a value, or given twice, is refused") {
  CHECK(refusal("file:a?loop") ==
        "\"file:a?loop\": the option \"loop\" has no value; write loop=VALUE");
  CHECK(refusal("file:a?loop=1&loop=0") ==
        "\"file:a?loop=1&loop=0\": the option \"loop\" is there twice");
}

TEST_CASE("an option's value outside its range is refused with the range") {
  const std::string loop = "loop is a whole number from 0 to 1, not ";
  CHECK(refusal("file:a?loop=2") == "\"file:a?loop=2\": " + loop + "\"2\"");
  CHECK(refusal("file:a?loop=") == "\"file:a?loop=\": " + loop + "\"\"");
  CHECK(refusal("file:a?loop=yes") == "\"file:a?loop=yes\": " + loop + "\"yes\"");
  const std::string rate = "rate is a whole number from 4000 to 768000, not ";
  for (const auto* value : {"3999", "768001", "-48000", "48000.5", "48k", "99999999999999999999"}) {
    const auto uri = "pipe:-?rate=" + std::string{value};
    std::string expected = "\"" + uri;
    expected.append("\": ").append(rate).append("\"").append(value).append("\"");
    CHECK(refusal(uri) == expected);
  }
  CHECK(refusal("pipe:-?channels=0").find("channels is a whole number from 1 to 64, not \"0\"") !=
        std::string::npos);
  CHECK(refusal("pipe:-?channels=65").find("not \"65\"") != std::string::npos);
  CHECK(refusal("pipe:-?pace=slow") ==
        "\"pipe:-?pace=slow\": pace is clock or writer, not \"slow\"");
}

TEST_CASE("a source written out reads back as itself") {
  for (const auto* uri :
       {"file:/a/b.wav", "file:a%3Fb%25.wav?loop=1", "file:100%.wav", "file:%2541", "file://a",
        "pipe:-?rate=8000&channels=1&pace=writer", "pipe:/run/p?rate=48000", "alsa:hw:0,1",
        "alsa:a%3Fb", "tone:440.25", "tone:19999.999", "silence:"}) {
    const auto address = parse_source_address(uri);
    CAPTURE(uri);
    CHECK(parse_source_address(to_string(address)) == address);
  }
  CHECK(to_string(source_address{file_source{.path = "/a?b%.wav", .loop = true}}) ==
        "file:/a%3Fb%25.wav?loop=1");
  CHECK(to_string(source_address{pipe_source{"-"}}) == "pipe:-?rate=48000&channels=2&pace=clock");
  CHECK(to_string(source_address{alsa_source{}}) == "alsa:default");
  CHECK(to_string(source_address{tone_source{440}}) == "tone:440");
  CHECK(to_string(source_address{silence_source{}}) == "silence:");
}

TEST_CASE("an output's ending tells its format") {
  CHECK(goes_to("a.wav", wav_output{"a.wav"}));
  CHECK(goes_to("/tmp/x/a.opus", opus_output{"/tmp/x/a.opus"}));
  CHECK(goes_to("file:a.wav", wav_output{"a.wav"}));
  CHECK(goes_to("file:///x/a.opus", opus_output{"/x/a.opus"}));
  CHECK(goes_to("file:a%3F.wav", wav_output{"a?.wav"}));
}

TEST_CASE("a bare output path is taken as it stands") {
  CHECK(goes_to("a?b%41.wav", wav_output{"a?b%41.wav"}));
}

TEST_CASE("outputs without a file: a device, nothing, standard output") {
  CHECK(goes_to("alsa:", alsa_output{"default"}));
  CHECK(goes_to("alsa:hw:0", alsa_output{"hw:0"}));
  CHECK(goes_to("null", null_output{}));
  CHECK(goes_to("null:", null_output{}));
  CHECK(goes_to("-", stdout_output{}));
}

TEST_CASE("an output of no known format is refused with the list of outputs") {
  for (const auto* text : {"a.mp3", "", "wav", "file:", "file:a.ogg"}) {
    CAPTURE(text);
    CHECK(output_refusal(text) ==
          "\"" + std::string{text} +
              "\": not an output; an output is FILE.wav, FILE.opus, alsa:DEVICE, null or - (the "
              "ending tells the format)");
  }
}

TEST_CASE("an output has no options, and none is silently ignored") {
  CHECK(output_refusal("file:a.wav?loop=1") ==
        "\"file:a.wav?loop=1\": an output has no option \"loop\"");
}

}  // namespace
}  // namespace troupe
