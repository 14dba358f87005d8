# cmake -DIN=plugin.yaml -DOUT=... [-DABI=program -DEXPECTED=record] -P write_manifest.cmake: the manifest, with
# its ABI record where the plugin has code. EXPECTED is the host's record, where it is known.
file(READ ${IN} text)
if(ABI)
  execute_process(COMMAND ${ABI} OUTPUT_VARIABLE record OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  if(EXPECTED AND NOT record STREQUAL EXPECTED)
    string(REPLACE " " ";" has "${record}")
    string(REPLACE " " ";" needs "${EXPECTED}")
    set(common ${needs})
    list(REMOVE_ITEM needs ${has})
    list(REMOVE_ITEM has ${common})
    list(JOIN has " " has)
    list(JOIN needs " " needs)
    message(FATAL_ERROR "podloadd would refuse this plugin. It would be built with\n  ${has}\nand podloadd has\n  ${needs}\n"
      "Use podloadd's SDK, compiler and flags: what changes the layout of types, as -D_GLIBCXX_DEBUG does, must be the same.")
  endif()
  string(APPEND text "abi: \"${record}\"\n")
endif()
file(WRITE ${OUT} "${text}")
