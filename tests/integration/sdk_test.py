"""A stranger's plugin: built where only the installed SDK is, run by podloadd, and refused for what would not fit."""
import json
import shutil

import pytest
from lib.podload import REPOSITORY, OverSocket
from lib.sdk import BUILD, Project, run

FILES = {
    "CMakeLists.txt": """cmake_minimum_required(VERSION 3.25)
project(greeter LANGUAGES CXX)
enable_testing()
find_package(podload 2.0 REQUIRED)
podload_add_plugin(greeter)
""",
    "plugin.yaml": """name: greeter
version: 1.0.0
summary: Greets
schema: greeter
config:
  - {key: word, type: string, default: Hello, help: How it greets}
""",
    "sql/0001_guests.sql": "CREATE TABLE greeter.guests (name text PRIMARY KEY);\nGRANT SELECT, INSERT ON greeter.guests TO podloadd;\n",
    "api.yaml": """paths:
  /api/greeting:
    get:
      operationId: greeter.greet
      summary: A greeting
      x-permission: public
      responses: {"200": {description: The greeting, content: {application/json: {schema: {type: object}}}}}
  /api/greeting/guests:
    get:
      operationId: greeter.guests
      summary: How many were greeted
      x-permission: admin
      responses: {"200": {description: The number, content: {application/json: {schema: {type: object}}}}}
""",
    "greeting.hpp": """// Greetings. A free function; any thread.
#pragma once
#include <string>
std::string greeting(const std::string& word);
""",
    "greeting.cpp": """#include "greeting.hpp"
std::string greeting(const std::string& word) { return word + "!"; }
""",
    "greeting_test.cpp": """#include <catch2/catch.hpp>
#include "greeting.hpp"
#include "podload_testing/request.hpp"
TEST_CASE("a greeting shouts") {
  podload::testing::TestRequest request;
  CHECK(request.language == "en");
  CHECK(greeting("Hi") == "Hi!");
}
""",
    "plugin.cpp": """#include "greeting.hpp"
#include "podload/plugin.hpp"
class Greeter final : public podload::Plugin {
  void start(podload::Host& host) override {
    const std::string word = host.config().at("word");
    host.handle("greeter.greet", [word](podload::Request&) { return podload::Reply::json({{"says", greeting(word)}}); });
    host.handle("greeter.guests", [&host](podload::Request&) {
      const auto count = host.database().transact([](podload::Transaction& tx) {
        return podload::query(tx, "SELECT count(*) FROM greeter.guests")[0][0].as<int>();
      });
      return podload::Reply::json({{"guests", count}});
    });
  }
  void stop() noexcept override {}
};
PODLOAD_PLUGIN(Greeter, "greeter", "1.0.0")
""",
}


@pytest.fixture(scope="module")
def greeter(folder, sdk):
    project = Project(folder / "greeter", sdk).write(FILES)
    project.configure()
    project.make()
    return project


def test_a_plugin_is_built_and_run_where_only_the_sdk_is(greeter, sdk, folder, installation, daemons):
    assert run(greeter.build / "greeter_test").stdout.count("All tests passed") == 1
    prefix = folder / "stranger"
    run("cp", "-a", sdk, prefix)
    greeter.install(prefix)
    plugin = prefix / "lib/podload/plugins/greeter"
    abi = installation.command("version").stdout.splitlines()[1]
    assert f'abi: "{abi}"' in (plugin / "plugin.yaml").read_text()
    exported = run("nm", "-D", "--defined-only", plugin / "plugin.so").stdout.split()
    assert exported[2::3] == ["podload_plugin_v1"], exported

    settings = {"PODLOAD_PLUGIN_DIR": str(prefix / "lib/podload/plugins"), "PODLOAD_SHARE_DIR": str(prefix / "share/podload"),
                "PODLOAD_PLUGINS": json.dumps(["audit", "auth", "greeter"]), "PODLOAD_GREETER_WORD": "Nihao"}
    assert (plugin / "sql/0001_guests.sql").read_text() == FILES["sql/0001_guests.sql"]
    assert "applied greeter/0001_guests.sql" in installation.migrate(**settings)
    daemon = daemons("greeter", **settings)
    assert OverSocket(daemon.socket).get("/api/greeting").json == {"says": "Nihao!"}
    assert OverSocket(daemon.socket).get("/api/greeting/guests").status == 401
    assert daemon.client().get("/api/greeting/guests").json == {"guests": 0}
    assert daemon.stop() == 0


def with_database(installation, *command):
    """As the one who may make a database."""
    server = f"host={installation.state / 'run/postgres'} dbname=postgres user=postgres"
    return run("runuser", "-u", "podload-pg", "--", "env", f"PODLOAD_TEST_DATABASE={server}", *command, check=False)


def conforms(project, sdk, installation):
    """What ctest runs there."""
    listed = run("ctest", "--test-dir", project.build, "-N", "-R", "^conformance").stdout
    assert "conformance.greeter" in listed, listed
    return with_database(installation, sdk / "libexec/podload/podload-conformance", project.build / "lib/podload/plugins/greeter")


def test_a_plugin_is_tried_for_what_every_plugin_must_do(greeter, sdk, folder, installation):
    tried = conforms(greeter, sdk, installation)
    assert tried.returncode == 0 and "FAILED" not in tried.stdout, tried.stdout
    for told in ("`word` of another type is refused", "a second time there is nothing to do", "greeter.guests refuses anonymous callers (401)",
                 "greeter.greet is public, and replies to anonymous callers (200)"):
        assert told in tried.stdout, tried.stdout

    trips = '[word](podload::Request& asked) { if (!asked.principal) throw std::runtime_error("nobody was not foreseen");'
    tripping = Project(folder / "tripping", sdk).write({**FILES, "plugin.cpp": FILES["plugin.cpp"].replace("[word](podload::Request&) {", trips)})
    tripping.configure()
    tripping.make("greeter_plugin", "greeter_data")
    tried = conforms(tripping, sdk, installation)
    assert tried.returncode == 1 and "FAILED  greeter.greet is public, and replies to anonymous callers (500)" in tried.stdout, tried.stdout

    sql = tripping.build / "lib/podload/plugins/greeter/sql/0001_guests.sql"
    for text, words in ((None, "schema_without_sql"), ("DROP SCHEMA podload CASCADE", "must be owner of schema podload"), ("RESET ROLE", "cannot set parameter")):
        sql.unlink()
        if text:
            sql.write_text(text)
        tried = conforms(tripping, sdk, installation)
        assert tried.returncode == 1 and words in tried.stdout, tried.stdout
        sql.write_text("")


@pytest.mark.parametrize("name", ["notes", "change-ticket"])
def test_an_examples_own_tests_run_where_only_the_sdk_is(folder, sdk, installation, name):
    project = Project(shutil.copytree(REPOSITORY / "tests/examples" / name, folder / f"example-{name}"), sdk)
    project.configure()
    project.make()
    program = project.build / f"{name.replace('-', '_')}_test"
    tested = with_database(installation, program)
    assert tested.returncode == 0 and "All tests passed" in tested.stdout, tested.stdout
    if name != "notes":
        return
    # They go through api.yaml, which is data: a permission too low is found.
    api = project.source / "api.yaml"
    api.write_text(api.read_text().replace("x-permission: write", "x-permission: read"))
    project.make()
    tested = with_database(installation, program)
    assert tested.returncode != 0 and 'page["form"]["permission"] == "write"' in tested.stdout, tested.stdout


def test_the_documentation_is_built_without_a_warning():
    run("cmake", "--build", BUILD, "--target", "docs")
    page = (BUILD / "docs/html/workload__type_8hpp.html").read_text()
    assert "The rows are in the workload_types" in page, "a header's opening words are not its page's"


def test_another_compiler_is_refused_by_name(folder, sdk):
    project = Project(folder / "by-clang", sdk).write(FILES)
    refused = project.configure("-DCMAKE_CXX_COMPILER=clang++", check=False)
    assert refused.returncode != 0 and "was built by GNU" in refused.stdout and "Set CMAKE_CXX_COMPILER" in refused.stdout, refused.stdout


def test_another_version_of_a_library_is_refused_by_name(folder, sdk, monkeypatch):
    project = Project(folder / "other-pqxx", sdk).write(FILES).write({
        "pc/libpqxx.pc": "Name: libpqxx\nDescription: another one\nVersion: 7.9.9\nLibs: -lpqxx\n"})
    monkeypatch.setenv("PKG_CONFIG_PATH", str(project.source / "pc"))
    refused = project.configure(check=False)
    assert refused.returncode != 0 and "needs libpqxx 6.4" in refused.stdout and "exactly" in refused.stdout, refused.stdout


@pytest.mark.parametrize("flag, has, needs", [("-D_GLIBCXX_USE_CXX11_ABI=0", "cxx11=0", "cxx11=1"), ("-D_GLIBCXX_DEBUG", "_GLIBCXX_DEBUG=1", "_GLIBCXX_DEBUG=0")])
def test_other_flags_are_refused_while_it_is_built(folder, sdk, flag, has, needs):
    project = Project(folder / f"other-flags-{has[:5]}", sdk).write(FILES)
    project.configure(f"-DCMAKE_CXX_FLAGS={flag}")
    refused = project.make("greeter_data", check=False)
    assert refused.returncode != 0 and "podloadd would refuse this plugin" in refused.stdout, refused.stdout
    said = refused.stdout.partition("podloadd would refuse this plugin")[2]  # before it is the command, with the whole record
    assert has in said and needs in said and "compiler=" not in said, refused.stdout
