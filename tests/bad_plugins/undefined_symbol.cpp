// Calls a function that no library has, as if the host were older than the plugin's SDK.
extern "C" int podload_has_no_such_function();
extern "C" int undefined_symbol() { return podload_has_no_such_function(); }
