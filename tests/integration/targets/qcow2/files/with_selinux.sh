#!/bin/sh
# with_selinux.sh: Python as on a host with SELinux, as far as the file tells by which one sees that. The lab's kernel has
# none, but keeps contexts of files all the same.
exec unshare --mount sh -c 'mount -t tmpfs none /sys/fs && mkdir /sys/fs/selinux && : >/sys/fs/selinux/enforce && exec python3 "$@"' python3 "$@"
