# cmake -DIN=plugin.yaml -DOUT=... [-DABI=program -DEXPECTED=record] -P write_manifest.cmake: the manifest, with
# its ABI record where the plugin has code. EXPECTED is the host's record, where it is known.
file(READ ${IN} text)
if(ABI)
  execute_process(COMMAND ${ABI} OUTPUT_VARIABLE record OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  if(EXPECTED AND NOT record STREQUAL EXPECTED)
    message(FATAL_ERROR "podloadd would refuse this plugin. It would be built as\n  ${record}\nand podloadd is\n  ${EXPECTED}")
  endif()
  string(APPEND text "abi: \"${record}\"\n")
endif()
file(WRITE ${OUT} "${text}")
