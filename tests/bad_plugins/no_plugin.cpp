// A shared library like any other: no plugin.
extern "C" int no_plugin() { return 42; }
