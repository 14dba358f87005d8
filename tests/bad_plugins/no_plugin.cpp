// An ordinary shared library, not a plugin.
extern "C" int no_plugin() { return 42; }
