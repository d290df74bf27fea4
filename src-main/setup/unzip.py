"""Takes the wanted parts out of a zip file (a wheel is one) and keeps their permissions.

usage: unzip.py ARCHIVE FOLDER {only|without} PREFIX...
"""

import os
import sys
import zipfile

archive_path, folder, mode, *prefixes = sys.argv[1:]
with zipfile.ZipFile(archive_path) as archive:
    for entry in archive.infolist():
        if entry.filename.startswith(tuple(prefixes)) != (mode == "only"):
            continue
        path = archive.extract(entry, folder)
        permissions = entry.external_attr >> 16 & 0o777
        if permissions and not entry.is_dir():
            os.chmod(path, permissions)
