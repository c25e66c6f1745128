#!/usr/bin/env python3
"""Files that cannot be given their name: each rename and link of the commands that write files fails in turn. The command says so in one line,
leaves what there was, and does its work when it is asked again.

Seen red: without moving the old database back when the restored one gets no name, there is none.
"""
import os
import shutil
import subprocess

import desk as desks

CALLS = "rename,renameat,renameat2,link,linkat"
STEPS_MAX = 20


def failing(desk, words, step, config=True):
    """Runs it with the step-th such call failing. None when there are not so many."""
    log = os.path.join(desk.folder, "strace")
    done = subprocess.run(["strace", "-f", "-qq", "-o", log, "-e", f"trace={CALLS}", "-e", f"inject={CALLS}:error=EIO:when={step}",
                           *desk.command(*words, config=config)], capture_output=True, text=True)
    with open(log) as file:
        if "(INJECTED)" not in file.read():
            if done.returncode != 0:
                desks.fail(f"hotline {words[0]} without a fault ended with {done.returncode}: {done.stderr}")
            return None
    return done


def survive(desk, what, words, is_as_before, prepare=lambda: None, config=True):
    """Each call in turn; in the end it goes."""
    for step in range(1, STEPS_MAX):
        prepare()
        done = failing(desk, words, step, config)
        if done is None:
            print(f"{what}: {step - 1} calls failed in turn", flush=True)
            return step - 1
        # What is only tidying up may go wrong without a word.
        if done.returncode == 0:
            continue
        if done.returncode != 1 or done.stderr.strip().count("\n") != 0 or "Input/output error" not in done.stderr:
            desks.fail(f"{what}, call {step}: ended with {done.returncode} and said {done.stderr!r}")
        is_as_before(step)
    desks.fail(f"{what} never came to its end")
    return 0


def main():
    if shutil.which("strace") is None:
        desks.skip("strace is not installed: deploy/dependencies --tests")
    faults = 0
    with desks.Desk(found=False) as desk:
        key = os.path.join(desk.folder, "hotline.key")

        def nothing_there():
            for name in os.listdir(desk.folder):
                if name.startswith("hotline.") and name != "hotline.toml":
                    os.unlink(os.path.join(desk.folder, name))

        def init_again(step):
            desk.run("init")
            if not os.path.exists(key):
                desks.fail(f"init after call {step} failed: no key")
        faults += survive(desk, "init", ["init"], init_again, nothing_there)
        desk.create_desk()
        sound = desk.check()

        backup = os.path.join(desk.folder, "backup.db")

        def no_backup(step):
            left = [name for name in os.listdir(desk.folder) if name.startswith("backup.db")]
            if left:
                desks.fail(f"a backup whose call {step} failed leaves {left}")

        def remove_backup():
            # One whose moment could not be noted is made all the same.
            if os.path.exists(backup):
                os.unlink(backup)
        faults += survive(desk, "backup", ["backup", backup], no_backup, remove_backup)

        identity = os.path.join(desk.folder, "backup.identity")

        def no_identity(step):
            if os.path.exists(identity):
                desks.fail(f"backup-key whose call {step} failed leaves an identity")
        faults += survive(desk, "backup-key", ["backup-key", identity], no_identity, config=False)

        def same_database(step):
            if desk.check() != sound:
                desks.fail(f"restore whose call {step} failed: another database than before")
        faults += survive(desk, "restore", ["restore", "--replace", backup], same_database)
        if desk.check() != sound:
            desks.fail("the restored database is another one")
    print(f"{faults} faults, all survived")
    if faults < 5:
        desks.fail("too few calls were made to fail: does strace see them?")


if __name__ == "__main__":
    main()
