import type { RuleTable } from './rule.ts';

/** A hook that refused, by words of the usual hook runners. What the hook itself printed is the reason, not the category. */
export const hookRules: RuleTable = {
  name: 'git-hook',
  rules: [
    {
      category: 'git_hook_failed',
      subcategory: 'commit_msg',
      pattern: /[✖✘×]\s[^\n]{0,120}\[(?<symbol>(?:subject|type|body|header|footer|scope)-[\w-]+)\]/,
    },
    {
      category: 'git_hook_failed',
      pattern: /husky - (?<symbol>[\w-]+) (?:script failed|hook exited|script exited)/,
    },
    { category: 'git_hook_failed', pattern: /^- hook id: (?<symbol>\S+)(?:\n- [^\n]*){0,3}\n- exit code: /m },
    {
      category: 'git_hook_failed',
      pattern:
        /^(?<symbol>(?:pre-commit|commit-msg|pre-push|prepare-commit-msg|pre-rebase)) hook (?:failed|declined|exited)|^(?:lefthook|simple-git-hooks)\b[^\n]{0,80}(?:failed|exit)/m,
    },
    {
      category: 'git_hook_failed',
      pattern: /^- hook id: (?<symbol>\S+)(?:\n- [^\n]*){0,3}\n- files were modified by this hook/m,
    },
  ],
};

/** What git says, most telling first. */
export const gitRules: RuleTable = {
  name: 'git',
  rules: [
    {
      category: 'config_error',
      subcategory: 'usage',
      pattern:
        /^error: unknown (?:option|switch) [`'"](?<symbol>[^'`"\n]{1,80})|^git: '(?<symbol2>[^']{1,80})' is not a git command|^error: (?:switch|option) [`'"](?<symbol3>[^'`"\n]{1,80})' (?:requires|expects)/m,
    },
    { category: 'git_state', subcategory: 'stash', pattern: /^No (?<symbol>stash) entries found/m },
    {
      category: 'secret_detected',
      subcategory: 'scanner',
      pattern:
        /^File: {1,20}(?<file>\S{1,300})\nLine: {1,20}(?<line>\d+)[\s\S]{0,4000}?(?<symbol>leaks found)/m,
    },
    {
      category: 'secret_detected',
      pattern:
        /(?<symbol>GITHUB PUSH PROTECTION|GH013|[Pp]ush cannot contain secrets|leaks found: [1-9]\d*|[Ss]ecrets? detected|contains? (?:a )?secret)/,
    },
    {
      category: 'malformed_patch',
      subcategory: 'patch',
      pattern: /(?<symbol>corrupt patch) at (?:line |[^\s:]+:)(?<line>\d+)/,
    },
    {
      category: 'malformed_patch',
      subcategory: 'patch',
      pattern:
        /(?<symbol>patch fragment without header|No valid patches in input|unrecognized input|only garbage was found|malformed patch|Patch is empty|git diff header lacks filename|Patch format detection failed)/,
    },
    {
      category: 'git_lock',
      transient: true,
      pattern: /Unable to create '(?:[^']*\/)?(?<symbol>[^'/]+\.lock)': File exists/,
    },
    {
      category: 'git_lock',
      transient: true,
      pattern: /could not lock config file (?:\S*\/)?(?<symbol>\S+?):? ?(?:File exists|$)/m,
    },
    {
      category: 'git_lock',
      transient: true,
      pattern: /(?<symbol>cannot lock ref)[^\n]*(?:Unable to create|but expected|File exists|is at)/,
    },
    {
      // Translated, git keeps the shape: capitals, a kind in brackets, the file last.
      category: 'git_conflict',
      subcategory: 'merge',
      pattern:
        /^(?<symbol>KONFLIKT|CONFLIT|CONFLICTO|CONFLITO|CONFLITTO|КОНФЛИКТ|冲突|衝突|コンフリクト|競合)[ （(][^\n)）]{1,40}[)）][:：][^\n]*?(?<file>[^\s"'。]+\.\w{1,8})\S*$/m,
    },
    {
      category: 'git_conflict',
      subcategory: 'apply',
      pattern: /patch failed: (?<file>\S+):(?<line>\d+)/,
      symbol: 'patch does not apply',
    },
    {
      category: 'git_conflict',
      subcategory: 'apply',
      pattern:
        /^error: (?<file>\S+): (?<symbol>patch does not apply|does not match index|No such file or directory$)/m,
    },
    {
      category: 'git_conflict',
      pattern: /(?<symbol>needs merge|unmerged (?:files|paths)|Automatic merge failed|conflict marker)/i,
    },
    { category: 'git_push_rejected', pattern: /! \[(?:remote )?rejected\][^\n]*\((?<symbol>[^)\n]+)\)/ },
    {
      category: 'git_push_rejected',
      pattern:
        /(?<symbol>non-fast-forward|GH006|[Pp]rotected branch|pre-receive hook declined|fetch first|stale info)/,
    },
    {
      category: 'git_hook_failed',
      subcategory: 'commit_msg',
      pattern: /\[(?<symbol>(?:subject|type|body|header|footer|scope)-[\w-]+)\]/,
    },
    {
      category: 'git_hook_failed',
      pattern:
        /(?<symbol>husky - [\w-]+ (?:script failed|hook exited)|lint-staged|(?:pre-commit|commit-msg|pre-push|prepare-commit-msg|pre-rebase)\b[^\n]{0,60}(?:fail|exit|declin|error|hook)|hook [^\n]{0,40}(?:failed|declined|exited)|hook\(s\) made changes)/i,
    },
    { category: 'disk_full', pattern: /(?<symbol>No space left on device|ENOSPC)/ },
    {
      category: 'auth',
      subcategory: 'git',
      pattern:
        /(?<symbol>could not read (?:Username|Password)|Authentication failed|Permission denied \(publickey[^)]*\)|Host key verification failed|HTTP Basic: Access denied|Invalid username or (?:password|token)|Support for password authentication was removed|Permission to \S+ denied)/,
    },
    { category: 'auth', subcategory: 'git', pattern: /requested URL returned error: (?<symbol>40[13])/ },
    { category: 'rate_limit', transient: true, pattern: /requested URL returned error: (?<symbol>429)/ },
    {
      category: 'network',
      subcategory: 'http_5xx',
      transient: true,
      pattern: /requested URL returned error: (?<symbol>5\d\d)|HTTP (?<symbol2>5\d\d)/,
    },
    {
      category: 'git_corrupt',
      pattern:
        /(?<symbol>(?:loose )?object (?:file )?\S+[^\n]*(?:is empty|is corrupt)|is empty|object corrupt or missing|inflate: data stream error|index file corrupt|bad index file|bad signature|pack(?:file)? \S+ (?:is corrupt|cannot be accessed|does not match)|missing (?:blob|tree|commit) [0-9a-f]{7,}|unable to read (?:tree|sha1 file)|invalid object|bad tree object|unable to unpack|smaller than expected|broken link|garbage at end of loose object|could not parse HEAD|bad object HEAD)/,
    },
    {
      category: 'git_config',
      pattern:
        /(?<symbol>Author identity unknown|[Cc]ore\.comment[Cc]har|Please tell me who you are|empty ident name|unable to auto-detect email|bad config (?:line|value|file|variable)|bad (?:numeric|boolean) config value|invalid key|gpg failed to sign|no email was given|user\.useConfigOnly)/,
    },
    {
      category: 'missing_tool',
      pattern:
        /^(?:\S{1,100}: \d+: |\S{1,100}: line \d+: )?(?<symbol>git-lfs)[^\n]*: (?:command )?not found/m,
      symbol: 'git-lfs',
    },
    {
      category: 'missing_tool',
      pattern: /(?<symbol>git-lfs)[^\n]{0,40}not found|cannot run (?<symbol3>[^\s:]+): No such file/,
    },
    {
      category: 'network',
      subcategory: 'dns',
      transient: true,
      pattern: /Could not resolve host(?:name)?:? ?(?<symbol>[^\s:;]+)/,
    },
    {
      category: 'network',
      subcategory: 'connection_refused',
      transient: true,
      pattern: /(?<symbol>Connection refused|Failed to connect to|Couldn't connect to server)/,
    },
    {
      // A handshake that was cut, where a certificate that is refused stays refused.
      category: 'network',
      subcategory: 'connection_reset',
      transient: true,
      pattern: /(?<symbol>non-properly terminated|SSL_ERROR_SYSCALL|unexpected eof while reading)/,
    },
    {
      category: 'network',
      subcategory: 'tls',
      transient: false,
      pattern:
        /(?<symbol>SSL certificate problem|server certificate verification failed|TLS (?:connect|handshake)[^\n]{0,40}|gnutls_handshake\(\) failed)/,
    },
    {
      category: 'network',
      subcategory: 'connection_reset',
      transient: true,
      pattern:
        /(?<symbol>early EOF|RPC failed|unexpected disconnect|hung up unexpectedly|Connection (?:timed out|reset by peer|closed)|Empty reply from server|Operation (?:timed out|too slow)|transfer closed|unexpected eof)/i,
    },
    {
      category: 'git_state',
      subcategory: 'ownership',
      pattern: /(?<symbol>dubious ownership|unsafe repository)/,
    },
    {
      category: 'git_state',
      subcategory: 'not_a_repo',
      pattern:
        /(?<symbol>not a git repository|does not appear to be a git repository|must be run in a work tree)/i,
    },
    {
      category: 'git_state',
      subcategory: 'repo_not_found',
      pattern: /(?:repository '[^']*' |[Rr]epository )(?<symbol>not found|does not exist)/,
    },
    {
      category: 'git_state',
      subcategory: 'unknown_ref',
      pattern:
        /pathspec '(?<symbol>[^']+)' did not match|merge with the ref 'refs\/heads\/(?<symbol11>[^'\n]{1,200})'|ambiguous argument '(?<symbol2>[^']+)'|couldn't find remote ref (?<symbol3>\S+)|Remote branch (?<symbol4>\S+) not found|src refspec (?<symbol5>\S+) does not match|not a valid (?:object name|ref):? '?(?<symbol6>[^\s']+)|bad (?:revision|object) '?(?<symbol7>[^\s']+)|invalid (?:reference|upstream):? '?(?<symbol8>[^\s']+)|unknown revision|(?<!\S)'?(?<symbol9>\S{1,200}?)'? (?:- )?not something we can merge|[Nn]o such (?:branch|remote|ref)[^\n']*'?(?<symbol10>[^\s']*)/,
    },
    {
      category: 'git_state',
      subcategory: 'branch_exists',
      pattern: /(?:branch named|tag|remote) '?(?<symbol>[^\s']+)'? already exists/,
    },
    {
      category: 'git_state',
      subcategory: 'worktree',
      pattern:
        /'(?<symbol>[^']+)' is already (?:checked out|used by worktree)|[Cc]annot delete (?:the )?branch '(?<symbol2>[^'\n]{1,200})'|(?:is a )?missing but already registered worktree|checked out at/,
    },
    {
      category: 'git_state',
      subcategory: 'dirty_tree',
      pattern: /(?<symbol>would be overwritten) by [\w -]{1,40}:\n[ \t]{1,8}(?<file>\S[^\n]{0,300})$/m,
    },
    {
      category: 'git_state',
      subcategory: 'dirty_tree',
      prefer: /would be overwritten/,
      pattern:
        /(?<symbol>would be overwritten|[Yy]ou have unstaged changes|contains uncommitted changes|uncommitted changes|local changes)/,
    },
    {
      category: 'git_state',
      subcategory: 'unrelated_history',
      pattern: /(?<symbol>unrelated histories|no merge base)/,
    },
    {
      category: 'git_state',
      subcategory: 'in_progress',
      pattern:
        /(?<symbol>(?:rebase|merge|cherry-pick|revert|bisect)[^\n]{0,40}in progress|You have not concluded your merge|no (?:merge|rebase|cherry-pick|revert) to (?:abort|continue|skip)|rebase-merge directory)/,
    },
    {
      category: 'no_changes',
      pattern:
        /(?<symbol>nothing (?:added )?to commit|No commits between|no changes added to commit|nothing to (?:stash|squash)|No local changes to save|allow-empty)/,
    },
    {
      category: 'git_state',
      pattern:
        /(?<symbol>already exists and is not an empty directory|not currently on a branch|no upstream|has no upstream branch|cannot lock ref|[Cc]annot delete|not fully merged|shallow|[Nn]ot possible to fast-forward|divergent branches|does not have any commits yet|no such path|HEAD does not point|is not a commit|[Nn]o configured push destination|[Nn]o tracking information|reference is not a tree|Corrupt (?:MERGE|CHERRY_PICK|REVERT)_HEAD|is not a valid (?:branch|tag|ref) name|submodule[^\n]{0,60})/,
    },
    {
      // git says nothing else of a push that its own hook stopped: the remote's refusals are listed with a mark.
      category: 'git_hook_failed',
      subcategory: 'pre_push',
      pattern: /^error: (?<symbol>failed to push some refs)/m,
    },
  ],
};
