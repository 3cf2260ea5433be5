"""Drives a kernel through jupyter_client: one JSON request a line in, one JSON answer a line out."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from queue import Empty

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager, KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

PATIENCE = 60


class Driver:
    def __init__(self, folder, kernels):
        specs = KernelSpecManager(kernel_dirs=[kernels], ensure_native_kernel=False)
        self.manager = KernelManager(kernel_name="autodeeplab", kernel_spec_manager=specs)
        # Node makes a pipe that it shares non-blocking, which Python cannot write to.
        self.manager.start_kernel(cwd=folder, stdout=subprocess.DEVNULL)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)

    def execute(self, cells, interrupts=(), stop_on_error=True, linger=0):
        """Sends all cells at once; interrupts after so many seconds; listens `linger` s longer."""
        send = lambda code: self.client.execute(code, stop_on_error=stop_on_error)
        ids = [send(code) for code in cells]
        timers = [threading.Timer(after, self.manager.interrupt_kernel) for after in interrupts]
        start = time.monotonic()
        for timer in timers:
            timer.start()
        results = {id: {"messages": [], "reply": None, "done": False} for id in ids}
        others = []
        while not all(result["done"] for result in results.values()):
            self.take_iopub(results, others, PATIENCE)
        seconds = time.monotonic() - start
        while any(result["reply"] is None for result in results.values()):
            reply = self.client.get_shell_msg(timeout=PATIENCE)
            result = results.get(reply["parent_header"]["msg_id"])
            if result is not None:
                result["reply"] = reply["content"]
        end = time.monotonic() + linger
        while time.monotonic() < end:
            try:
                self.take_iopub(results, others, 0.05)
            except Empty:
                pass
        return {"cells": list(results.values()), "others": others, "seconds": seconds}

    def take_iopub(self, results, others, timeout):
        message = self.client.get_iopub_msg(timeout=timeout)
        kind, content = message["msg_type"], message["content"]
        result = results.get(message["parent_header"].get("msg_id"))
        if result is None:
            others.append({"type": kind, "content": content})
        elif kind == "status":
            result["done"] = content["execution_state"] == "idle"
        else:
            result["messages"].append({"type": kind, "content": content})

    def ask(self, method, arguments):
        """Calls a method of the client that sends a request; gives the reply."""
        wanted = getattr(self.client, method)(*arguments)
        while True:
            reply = self.client.get_shell_msg(timeout=PATIENCE)
            if reply["parent_header"]["msg_id"] == wanted:
                return reply["content"]

    def send_raw(self, channel, parts):
        """Sends parts of any content, signed."""
        session = self.client.session
        frames = [part.encode() for part in parts]
        socket = getattr(self.client, channel + "_channel").socket
        socket.send_multipart([b"<IDS|MSG>", session.sign(frames), *frames])

    def replay(self, code, times):
        """Sends the bytes of one execute request several times; gives the replies to it."""
        session = self.client.session
        content = {"code": code, "silent": False, "store_history": True, "stop_on_error": True}
        message = session.msg("execute_request", content)
        frames = session.serialize(message)
        for _ in range(times):
            self.client.shell_channel.socket.send_multipart(frames)
        replies = []
        try:
            while True:
                reply = self.client.get_shell_msg(timeout=1)
                if reply["parent_header"]["msg_id"] == message["header"]["msg_id"]:
                    replies.append(reply["content"])
        except Empty:
            return replies

    def pid(self):
        return self.manager.provisioner.pid

    def kill_and_restart(self, code, seconds):
        """Kills the kernel while it executes a cell, and starts it again as JupyterLab does."""
        self.client.execute(code)
        time.sleep(seconds)
        os.kill(self.pid(), signal.SIGKILL)
        self.manager.restart_kernel(now=True)
        self.client.wait_for_ready(timeout=PATIENCE)

    def connection_file(self):
        return self.manager.connection_file

    def run_notebook(self, cells, folder):
        """Executes a notebook as nbclient does; gives the text of the error and the outputs."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        manager = AsyncKernelManager(
            kernel_name="autodeeplab", kernel_spec_manager=self.manager.kernel_spec_manager
        )
        client = NotebookClient(notebook, km=manager, resources={"metadata": {"path": folder}})
        try:
            client.execute()
            error = None
        except CellExecutionError as failure:
            error = {"text": str(failure), "ename": failure.ename, "evalue": failure.evalue}
        return {"error": error, "cells": notebook.cells}

    def abandon(self):
        """Ends this process at once, as a crash would."""
        os._exit(1)

    def stop(self):
        self.manager.shutdown_kernel()


driver = Driver(sys.argv[1], sys.argv[2])
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = getattr(driver, request["call"])(**request["with"])
        print(json.dumps({"answer": answer}), flush=True)
    except Exception as error:
        print(json.dumps({"error": repr(error)}), flush=True)
driver.stop()
