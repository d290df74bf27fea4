# For gdb, see wrapper-race.ts: holds each thread that is about to free wrappers for a moment, while the others go on.
import os
import threading

import gdb

HOLD_SECONDS = 0.3
held = 0


def resume(number):
    gdb.post_event(lambda: gdb.execute(f"thread apply {number} continue &", to_string=True))


def stopped(event):
    global held
    if isinstance(event, gdb.BreakpointEvent):
        held += 1
        threading.Timer(HOLD_SECONDS, resume, [event.inferior_thread.num]).start()
    elif isinstance(event, gdb.SignalEvent):
        finish(f"ended by {event.stop_signal}")


def finish(end):
    print(f"{end}, after {held} held threads", flush=True)
    if gdb.selected_inferior().pid:
        gdb.execute("kill")
    os._exit(0)


gdb.execute("set pagination off")
gdb.execute("set confirm off")
gdb.events.stop.connect(stopped)
gdb.events.exited.connect(lambda event: finish(f"exit code {getattr(event, 'exit_code', None)}"))
gdb.execute("break v8::internal::wasm::WasmImportWrapperCache::Free")
gdb.execute("run &")
