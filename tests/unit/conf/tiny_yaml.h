// A configuration of a few keys of every kind, so that the tests of the YAML core depend on no
// service.
#pragma once

#include "conf/yaml_program.h"
#include "conf/yaml_target.h"

namespace turnpike::conf {

struct TinyRoom {
  std::string id;
  bool open = true;
};

struct Tiny {
  std::string name = "tiny";
  std::string color = "red";
  Secret key;
  std::vector<Secret> keys;
  std::vector<std::string> words;
  std::vector<std::uint16_t> ports;
  std::uint16_t port = 1;
  std::uint64_t count = 3;
  seconds wait{5};
  bool loud = false;
  std::vector<TinyRoom> rooms;
  YamlPlaces places;
};

inline const YamlTable& tiny_table() {
  using enum YamlKind;
  static const YamlTable table{
      .rows = {{"", "name", kText, "tiny", "tiny", 1, 9, "How it is called."},
               {"", "look.color", kChoice, "red", "red|blue", 0, 0, "Its color."},
               {"", "key", kSecret, "\"\"", "file:/key", 1, 9, "A secret."},
               {"", "keys", kSecretList, "[]", "file:/key", 1, 30, "Secrets."},
               {"", "words", kTextList, "[]", "word", 1, 9, "Words."},
               {"", "ports", kPortList, "[]", "8443", 1, 65535, "Ports."},
               {"", "port", kPort, "1", "1", 1, 65535, "A port."},
               {"", "count", kNumber, "3", "3", 1, 10, "How many | there are."},
               {"", "wait", kSeconds, "5", "5", 1, 60, "How long."},
               {"", "loud", kFlag, "false", "false", 0, 0, "Whether it is loud."},
               {"rooms", "id", kText, "\"\"", "hall", 1, 9, "Its name."},
               {"rooms", "open", kFlag, "true", "true", 0, 0, "Whether one may enter."}},
      .aliases = {{"org.example.wordlist", "words"}, {"org.example.room", "rooms[].id"}}};
  return table;
}

inline YamlMembers tiny_room_members(TinyRoom& of) {
  return {{"id", &of.id}, {"open", &of.open}};
}

inline YamlTarget tiny_target(Tiny& of) {
  return {.table = tiny_table(),
          .places = of.places,
          .members = {{"name", &of.name},
                      {"look.color", &of.color},
                      {"key", &of.key},
                      {"keys", &of.keys},
                      {"words", &of.words},
                      {"ports", &of.ports},
                      {"port", &of.port},
                      {"count", &of.count},
                      {"wait", &of.wait},
                      {"loud", &of.loud}},
          .lists = {yaml_list_of("rooms", {"id"}, of.rooms, tiny_room_members)}};
}

inline YamlProgram tiny_program() {
  return {.name = "tiny-service",
          .file = "tiny.yml",
          .source = "nowhere",
          .purpose = "does next to nothing",
          .reload = "Nothing.",
          .commands = {{"--shrink=N", "Be smaller."}},
          .table = tiny_table()};
}

}  // namespace turnpike::conf
