# cmake -DABI=program -DOUT=file -P write_abi.cmake: the host's ABI record as a CMake variable.
execute_process(COMMAND ${ABI} OUTPUT_VARIABLE record OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
file(WRITE ${OUT} "set(PODLOAD_ABI \"${record}\")\n")
