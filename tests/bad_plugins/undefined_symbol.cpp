// Calls what no library has: as where the host is older than the SDK that a plugin was built with.
extern "C" int podload_has_no_such_function();
extern "C" int undefined_symbol() { return podload_has_no_such_function(); }
