/**
 * The beginning of a script that needs programs which users have set up for themselves, such as Node: a command over ssh gets no login shell, so
 * its PATH lacks them. What start-up files print is passed over.
 */
export const WITH_LOGIN_PATH = [
  `login=$("\${SHELL:-/bin/sh}" -lc 'printf "\\nfreezeout-path=%s\\n" "$PATH"' 2>/dev/null </dev/null | sed -n 's/^freezeout-path=//p' | tail -n 1)`,
  '[ -n "$login" ] && PATH=$login; export PATH',
].join('\n');
