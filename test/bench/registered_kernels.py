"""Writes what a build of TensorFlow has registered: its kernels as a `KernelList` and its operations as an `OpList`, both serialized. Arguments are
the folder of the build's libraries and the two files. It asks the C interface, so no GPU, no driver and no Python package is needed.
"""
import ctypes
import os
import sys
from pathlib import Path


class Buffer(ctypes.Structure):
    """TF_Buffer of c/tf_buffer.h."""

    _fields_ = [("data", ctypes.c_void_p), ("length", ctypes.c_size_t), ("deallocator", ctypes.c_void_p)]


def main():
    folder, kernels_file, operations_file = map(Path, sys.argv[1:])
    ctypes.CDLL(str(folder / "libtensorflow_framework.so.2"), mode=ctypes.RTLD_GLOBAL)
    library = ctypes.CDLL(str(folder / "libtensorflow_cc.so.2"), mode=ctypes.RTLD_GLOBAL)
    library.TF_NewStatus.restype = ctypes.c_void_p
    library.TF_GetCode.argtypes = [ctypes.c_void_p]
    library.TF_GetAllRegisteredKernels.argtypes = [ctypes.c_void_p]
    library.TF_GetAllRegisteredKernels.restype = ctypes.POINTER(Buffer)
    status = library.TF_NewStatus()
    kernels = library.TF_GetAllRegisteredKernels(status)
    if library.TF_GetCode(status) != 0:
        raise SystemExit("TensorFlow does not tell its kernels.")
    library.TF_GetAllOpList.restype = ctypes.POINTER(Buffer)
    for file, buffer in ((kernels_file, kernels.contents), (operations_file, library.TF_GetAllOpList().contents)):
        file.write_bytes(ctypes.string_at(buffer.data, buffer.length))
    # The library's own end of the process meets Python's, and fails: there is nothing left to do.
    os._exit(0)


main()
