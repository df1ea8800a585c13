#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/integration/support/running_node.hpp"
#include "tests/integration/support/sound.hpp"

using namespace troupe::test;

namespace {

/// A refusal: the exit code, and words that its message has to hold.
void check_refusal(const finished_process& ended, int code, const std::vector<std::string>& words) {
  CHECK_MESSAGE(ended.status == exited(code), ended.errors);
  for (const auto& word : words)
    CHECK_MESSAGE(ended.errors.find(word) != std::string::npos,
                  word << " is not in " << ended.errors);
  CHECK(ended.output.empty());
}

void node_refuses(std::vector<std::string> arguments, int code,
                  const std::vector<std::string>& words) {
  const temporary_directory directory;
  arguments.insert(arguments.begin(), {"--socket", (directory / "s").string()});
  check_refusal(run(TROUPE_NODE, std::move(arguments)), code, words);
  CHECK_FALSE(std::filesystem::exists(directory / "s"));
}

void listener_refuses(const std::vector<std::string>& arguments, int code,
                      const std::vector<std::string>& words) {
  check_refusal(run(TROUPE_LISTEN, arguments), code, words);
}

/// Refused to a user without rights, where the test may become one.
void nobody_is_refused(const std::string& program, const std::vector<std::string>& arguments,
                       int code, const std::vector<std::string>& words) {
  std::vector<std::string> all{"--reuid=65534", "--regid=65534", "--clear-groups", program};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const auto ended =
      ::geteuid() == 0 ? run("setpriv", all) : finished_process{.status = exited(127)};
  if (ended.status == exited(127) || ended.status == exited(126)) {
    MESSAGE("skipped: only root can become nobody, and nobody has to reach the program");
    return;
  }
  check_refusal(ended, code, words);
}

}  // namespace

TEST_CASE("a socket in use is refused with the pid of the node that has it, which lives on") {
  running_node node{{"--source", "silence:"}};
  check_refusal(run(TROUPE_NODE, {"--source", "silence:", "--socket", node.socket()}), 75,
                {"already running", "pid " + std::to_string(node.process().pid()), "--socket"});
  auto client = node.client();
  CHECK(client.read_message()->type == wire_type::opus_frame);
}

TEST_CASE("that a socket is in use is told before the source is looked at") {
  running_node node{{"--source", "silence:"}};
  check_refusal(run(TROUPE_NODE, {"--source", "alsa:absent", "--socket", node.socket()}), 75,
                {"already running"});
}

TEST_CASE("a path too long for a socket is refused by both programs alike") {
  const std::string path = "/tmp/" + std::string(120, 'x');
  check_refusal(run(TROUPE_NODE, {"--source", "silence:", "--socket", path}), 64, {"107"});
  listener_refuses({path}, 64, {"107"});
}

TEST_CASE("a path that is no socket is refused and left alone") {
  const temporary_directory directory;
  const auto path = directory / "s";
  std::ofstream{path} << "precious";
  check_refusal(run(TROUPE_NODE, {"--source", "silence:", "--socket", path.string()}), 73,
                {path.string(), "not a socket"});
  CHECK(std::filesystem::file_size(path) == 8);
}

TEST_CASE("a socket in an absent directory is refused") {
  check_refusal(run(TROUPE_NODE, {"--source", "silence:", "--socket", "/nonexistent/s"}), 73,
                {"/nonexistent", "does not exist"});
}

TEST_CASE("a socket where one may not write is refused") {
  const temporary_directory directory;
  const auto path = (directory / "s").string();
  nobody_is_refused(TROUPE_NODE, {"--source", "silence:", "--socket", path}, 77,
                    {path, "Permission denied"});
}

TEST_CASE("a configuration file in a directory that may not be searched is refused") {
  const temporary_directory directory;
  const auto path = (directory / "secret" / "node.toml").string();
  std::filesystem::create_directory(directory / "secret");
  ::chmod((directory / "secret").c_str(), 0700);
  ::chmod(directory.path().c_str(), 0777);
  nobody_is_refused(TROUPE_NODE, {"--config", path}, 78, {path, "Permission denied", "--config"});
}

TEST_CASE("an output where one may not write is refused") {
  running_node node{{"--source", "silence:"}};
  ::chmod(node.socket().c_str(), 0666);
  ::chmod(std::filesystem::path{node.socket()}.parent_path().c_str(), 0755);
  const temporary_directory directory;
  const auto path = (directory / "x.opus").string();
  ::chmod(directory.path().c_str(), 0755);
  nobody_is_refused(TROUPE_LISTEN, {node.socket(), "--out", path}, 77, {path, "no permission"});
}

TEST_CASE("options and values that cannot be are refused, and what can be is named") {
  node_refuses({"--frobnicate"}, 64, {"--frobnicate", "--help"});
  node_refuses({"--source", "silence:", "--bitrate", "1"}, 64, {"6000 to 510000"});
  node_refuses({"--source", "silence:", "--bitrate", "lots"}, 64,
               {"--bitrate", "lots", "6000 to 510000"});
  node_refuses({"--source", "silence:", "--rate", "44100"}, 64, {"--rate", "44100", "48000"});
  node_refuses({"--source", "silence:", "--dtx=maybe"}, 64, {"--dtx", "maybe", "true"});
  node_refuses({"--source", "silence:", "--frame-ms", "11"}, 64, {"2.5, 5, 10, 20, 40 or 60"});
  node_refuses({"--source", "silence:", "--signal", "noise"}, 64, {"--signal"});
  node_refuses({"--source", "silence:", "--duration", "soon"}, 64, {"soon"});
  node_refuses({"--source", "silence:", "--duration", "-5"}, 64, {"-5"});
  node_refuses({"--source", "silence:", "--queue", "0"}, 64, {"--queue"});
  for (const std::string count : {"-1", "99999999999999999999", "3.5", "many"})
    for (const std::string option : {"--clients", "--max-restarts"})
      node_refuses({"--source", "silence:", option, count}, 64, {option, count, "0 to 1000000"});
  node_refuses({"--source", "speech.wav"}, 64, {"file:speech.wav"});
  node_refuses({"--source", "silence:", "stray"}, 64, {"stray"});
  listener_refuses({"--out", "sound.mp3", "/tmp/x"}, 64, {"sound.mp3", ".opus"});
  listener_refuses({"--duration", "0", "/tmp/x"}, 64, {"0"});
  listener_refuses({"--frobnicate"}, 64, {"--frobnicate"});
}

TEST_CASE("options that contradict each other are refused") {
  node_refuses({"--source", "silence:", "--quality", "high", "--bitrate", "64000"}, 64,
               {"--quality", "--bitrate", "contradict"});
  node_refuses({"--source", "silence:", "--dtx", "--no-dtx"}, 64, {"--no-dtx", "leave one out"});
  node_refuses({"--source", "silence:", "--restart-backoff", "60s"}, 64,
               {"--restart-backoff-cap", "raise the other"});
  node_refuses({"--source", "silence:", "--realtime-core", "0"}, 64, {"needs --realtime"});
  node_refuses({"--source", "silence:", "--realtime", "--realtime-core", "1023"}, 64,
               {"1023", "may not run"});
  listener_refuses({"--out", "-", "--json", "/tmp/x"}, 64, {"--json", "-"});
  listener_refuses({"--silent", "--follow", "/tmp/x"}, 64, {"--silent", "--follow"});
}

TEST_CASE("a source that is absent, unreadable, empty or of an unknown format is refused") {
  const temporary_directory directory;
  node_refuses({"--source", "file:/nonexistent.wav"}, 66, {"/nonexistent.wav"});
  node_refuses({"--source", "file:" + directory.path().string()}, 66,
               {directory.path().string(), "directory"});

  const auto text = directory / "text.wav";
  std::ofstream{text} << "this is no sound at all, only words";
  node_refuses({"--source", "file:" + text.string()}, 65, {text.string()});

  const auto empty = directory / "empty.wav";
  write_wav(empty, {.sample_rate_hz = 48000, .channels = 1, .samples = {}});
  node_refuses({"--source", "file:" + empty.string()}, 66, {empty.string()});

  write_bytes(directory / "nothing.raw", {});
  node_refuses({"--source", "pipe:" + (directory / "nothing.raw").string()}, 66,
               {"nothing.raw", "sound"});
  node_refuses({"--source", "pipe:/nonexistent"}, 66, {"/nonexistent"});
}

TEST_CASE("a source that may not be read is refused") {
  const temporary_directory directory;
  const auto secret = directory / "secret.wav";
  write_wav(secret, sine_sweep(100, 200, std::chrono::duration<double>{0.1}));
  ::chmod(secret.c_str(), 0600);
  ::chmod(directory.path().c_str(), 0777);
  nobody_is_refused(TROUPE_NODE,
                    {"--source", "file:" + secret.string(), "--socket", (directory / "s").string()},
                    66, {secret.string(), "may not be read"});
}

TEST_CASE("an absent sound device is refused with how to list those that are there") {
  node_refuses({"--source", "alsa:nonexistent"}, 69, {"nonexistent", "arecord -L"});
}

TEST_CASE("a configuration file that cannot be used is refused with its line") {
  const temporary_directory directory;
  const auto config = directory / "node.toml";
  node_refuses({"--config", config.string()}, 78, {config.string()});
  const auto refuses = [&](const std::string& content, const std::vector<std::string>& words) {
    std::ofstream{config} << content;
    node_refuses({"--source", "silence:", "--config", config.string()}, 78, words);
  };
  refuses("bitrate = \n", {"TOML"});
  refuses("bitrate = 64000\nfrobnicate = 1\n", {"line 2", "frobnicate"});
  refuses("bitrate = \"lots\"\n", {"line 1", "lots"});
  refuses("bitrate = 1\n", {config.string(), "6000 to 510000"});
  refuses("[table]\nbitrate = 1\n", {"table"});
}

TEST_CASE("a listener without a node says so after its tries") {
  listener_refuses({"/nonexistent/socket"}, 69, {"/nonexistent/socket", "troupe-node"});
}

TEST_CASE("an output that cannot be made is refused before anything is heard") {
  running_node node{{"--source", "silence:"}};
  listener_refuses({node.socket(), "--out", "/nonexistent/x.opus"}, 73, {"/nonexistent"});
  listener_refuses({node.socket(), "--out", "alsa:nonexistent"}, 69, {"nonexistent"});
  const auto account = node.stop();
  CHECK(account["clients_served"] == 0);
}

TEST_CASE("a disk that fills up ends the recording with an error and keeps what was recorded") {
  const temporary_directory directory;
  if (::mount("tmpfs", directory.path().c_str(), "tmpfs", 0, "size=64k") != 0) {
    MESSAGE("skipped: only root can mount a small disk");
    return;
  }
  {
    running_node node{{"--source", "tone:440", "--bitrate", "510000", "--vbr", "off"}};
    const auto recording = directory / "x.opus";
    const auto ended = run(TROUPE_LISTEN, {node.socket(), "--out", recording.string(), "--json"});
    CHECK(ended.status == exited(74));
    CHECK(ended.errors.find(recording.string()) != std::string::npos);
    CHECK_MESSAGE(ended.errors.find("space") != std::string::npos, ended.errors);
    CHECK(read_sound(recording).length() > 10'000);
  }
  ::umount(directory.path().c_str());
}
