// Needs a library that is missing where the plugin is loaded.
extern "C" int no_plugin();
extern "C" int absent_library() { return no_plugin(); }
