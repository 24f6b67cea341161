import type { RuleTable } from './rule.ts';

/** Memory first: what a dying process printed before is only noise. */
export const fatalRules: RuleTable = {
  name: 'fatal',
  rules: [
    {
      category: 'out_of_memory',
      pattern:
        /FATAL ERROR:[^\n]*(?<symbol>heap)|(?<symbol2>JavaScript heap out of memory)|ERR_WORKER_OUT_OF_MEMORY|java\.lang\.OutOfMemoryError|^MemoryError|std::bad_alloc|[Cc]annot allocate memory|ENOMEM|fatal error: runtime: out of memory|Fatal process (?:out of memory|OOM)/m,
      symbol: 'heap',
    },
    {
      category: 'crash',
      pattern:
        /(?<symbol>Segmentation fault|SIGSEGV|SIGABRT|SIGBUS|SIGILL|core dumped|Bus error|Trace\/breakpoint trap)/,
    },
  ],
};

/** The machine and its services by words no other tool uses, so they decide before an uncaught error does. */
export const serviceRules: RuleTable = {
  name: 'service',
  rules: [
    {
      category: 'docker_unavailable',
      pattern:
        /Cannot connect to the Docker daemon(?: at [a-z]{2,10}:\/\/(?:\/(?:[^\s/]{1,100}\/){0,12})?(?<symbol>[^\s/]{1,200}?)\.? Is)?|docker daemon is not running|error during connect[^\n]*docker|Could not find a (?:working|valid) container runtime|Cannot connect to Podman/,
      symbol: 'docker.sock',
    },
    {
      category: 'resource_limit',
      subcategory: 'inotify',
      pattern: /ENOSPC[^\n]*(?<symbol>file watchers)|(?<symbol2>inotify)/,
      symbol: 'inotify',
    },
    {
      category: 'disk_full',
      pattern: /(?<symbol>No space left on device|ENOSPC|Disk quota exceeded|EDQUOT)/,
    },
    {
      // As programs in Go say it.
      category: 'disk_full',
      pattern: /(?<symbol>no space left on device|disk quota exceeded)/,
    },
    {
      category: 'resource_limit',
      pattern:
        /(?<symbol>EMFILE|ENFILE|[Tt]oo many open files|Cannot create a string longer than|Invalid string length|Resource temporarily unavailable|EAGAIN|pthread_create|can't start new thread)/,
    },
    {
      category: 'port_in_use',
      pattern:
        /EADDRINUSE[^\n]*?:(?<symbol>\d+)|[Pp]ort (?<symbol2>\d+) is (?:already )?(?:in use|taken|allocated|used)|Bind for [\d.:[\]]{1,40}?:(?<symbol3>\d+) failed: port is already allocated|:(?<symbol4>\d{2,5})\/? is already (?:in use|used)|address already in use/i,
    },
    {
      category: 'auth',
      subcategory: 'database',
      pattern:
        /role "(?<symbol>[^"]+)" does not exist|password authentication failed for user "(?<symbol2>[^"]+)"|Access denied for user '(?<symbol3>[^']+)'|no pg_hba\.conf entry|P1000|(?<symbol4>WRONGPASS|NOAUTH)\b/,
    },
    {
      category: 'network',
      subcategory: 'connection_refused',
      transient: true,
      pattern:
        /(?:psql|mysql|redis|pg_\w+|P1001|connection to server)[^\n]*(?<symbol>Connection refused|Can't reach database server)|Could not connect to Redis[^\n]*(?<symbol2>refused)|connection to server on socket "[^"\n]{1,200}" failed: (?<symbol4>No such file or directory)|connection to server at [^\n]{1,200} failed: (?<symbol5>timeout expired)|(?<symbol3>Can't reach database server)/i,
    },
    {
      category: 'database',
      subcategory: 'deadlock',
      transient: true,
      pattern: /(?<symbol>deadlock detected|Deadlock found|could not serialize access)/,
    },
    {
      category: 'database',
      subcategory: 'locked',
      transient: true,
      pattern:
        /(?:File "(?<file>[^"]+)", line (?<line>\d+)[\s\S]{0,300})?(?<symbol>database (?:table )?is locked|SQLITE_BUSY|lock timeout|Lock wait timeout)/,
    },
    {
      category: 'database',
      subcategory: 'statement_timeout',
      transient: true,
      pattern:
        /(?:psql:(?<file>[^\s:]+):(?<line>\d+): )?(?:ERROR|error):\s+(?<symbol>canceling statement due to (?:statement timeout|conflict with recovery))/,
    },
    {
      category: 'database',
      subcategory: 'connection',
      transient: true,
      pattern:
        /(?<symbol>terminating connection|server closed the connection unexpectedly|too many clients|[Tt]oo many connections(?: for (?:role|database))?|ER_CON_COUNT_ERROR|max number of clients reached|LOADING Redis is loading|from the connection pool|P1002: [^\n]{0,120}timed out|remaining connection slots|Connection terminated unexpectedly|the database system is (?:starting up|shutting down|in recovery mode))/,
    },
    {
      category: 'database',
      subcategory: 'undefined_table',
      pattern:
        /(?:psql:(?<file>[^\s:]+):(?<line>\d+): )?(?:ERROR|^error):\s+relation "(?<symbol>[^"]+)" does not exist|no such table: (?<symbol2>\S+)|Table '(?<symbol3>[^']+)' doesn't exist/m,
    },
    {
      category: 'database',
      pattern: /(?:psql:(?<file>[^\s:]+):(?<line>\d+): )ERROR:\s+(?<symbol>[^\n]{3,120})/,
    },
    {
      category: 'database',
      pattern:
        /(?<symbol>duplicate key value|violates [\w-]+ constraint|syntax error at or near "[^"]+"|SQLITE_\w+|P20\d\d|P30\d\d|column "[^"]+" does not exist|database "[^"]+" does not exist|no such column: \S+|current transaction is aborted|near "[^"]+": syntax error)/,
    },
    {
      category: 'database',
      pattern:
        /^(?:sqlite3|psycopg2?(?:\.errors)?|pymysql\.err|MySQLdb|asyncpg\.exceptions)\.\w{1,60}: (?<symbol>[^\n]{3,160})/m,
    },
  ],
};

/** What any program may say of its surroundings: it decides only where nothing more particular did. */
export const environmentRules: RuleTable = {
  name: 'environment',
  rules: [
    {
      category: 'missing_env_var',
      subcategory: 'env_file',
      pattern: /^node: (?<symbol>\.env\S*): not found/m,
    },
    {
      category: 'missing_env_var',
      pattern:
        /Environment variable not found: (?<symbol>[A-Z][A-Z0-9_]*)|(?:variable|parameter) (?<symbol2>[A-Z][A-Z0-9_]+) is (?:not set|missing|required)|(?<symbol3>[A-Z][A-Z0-9_]+): (?:unbound variable|parameter (?:null or )?not set|must be set|is required|is not set)/,
    },
    {
      category: 'missing_env_var',
      pattern:
        /following environment variables[^\n]*?(?<symbol>[A-Z][A-Z0-9]*_[A-Z0-9_]+)|[Mm]issing (?:required )?env(?:ironment)?(?: variable)?s?:? [`'"]?(?<symbol2>[A-Z][A-Z0-9_]+)/,
    },
    {
      category: 'missing_env_var',
      pattern:
        /(?:File "(?<file>[^"<]+)", line (?<line>\d+)[^\n]*\n[^\n]*)?os\.environ\[["'](?<symbol>[A-Z][A-Z0-9_]*)["']\](?=[\s\S]{0,2000}KeyError)|KeyError: '(?<symbol2>[A-Z][A-Z0-9]*_[A-Z0-9_]*)'/,
    },
    {
      category: 'missing_tool',
      pattern: /(?<symbol>Executable doesn't exist)|Could not find (?<symbol2>Chrom\w+|browser)/,
    },
    {
      category: 'missing_tool',
      pattern:
        /(?:^|[\s:])(?:(?<file>[\w./-]{1,200}\.\w{1,5}): (?:line )?(?<line>\d+): |\S{1,200}: (?:line )?\d+: |\/bin\/sh: |env: |zsh: |bash: )['‘"]?(?<symbol>[\w@./+-]+)['’"]?: (?:command )?(?:not found|No such file or directory)$/m,
    },
    {
      category: 'missing_tool',
      pattern:
        /command not found: (?<symbol>\S+)|(?<![\w.-])(?<symbol2>[\w.-]{1,200}): command not found|exec: "(?<symbol3>[^"]+)": executable file not found|spawn (?<symbol4>\S+) ENOENT|'(?<symbol5>[^']+)' is not recognized as an internal|^env: ['‘]?(?<symbol6>[^'’:\s]+)['’]?: No such file|could not determine executable to run|^make(?:\[\d+\])?: (?<symbol7>[^\s:]+): (?:No such file or directory|Command not found)/m,
    },
    {
      category: 'network',
      subcategory: 'dns',
      transient: true,
      pattern:
        /(?:getaddrinfo (?:ENOTFOUND|EAI_AGAIN)|[Cc]ould not resolve(?: host)?:?|Temporary failure (?:in name resolution|resolving)|Name or service not known:?) ?'?(?<symbol>[\w.-]+\.[\w-]+)?/,
    },
    {
      category: 'network',
      subcategory: 'tls',
      transient: false,
      pattern:
        /(?<symbol>self[- ]signed certificate|CERTIFICATE_VERIFY_FAILED|unable to verify the first certificate|certificate (?:has expired|verify failed)|SSL certificate problem|unable to get local issuer certificate|ERR_TLS_\w+|EPROTO\b)/i,
    },
    {
      category: 'network',
      subcategory: 'connection_refused',
      transient: true,
      pattern: /(?<symbol>ECONNREFUSED|[Cc]onnection refused)/,
    },
    {
      category: 'network',
      subcategory: 'connection_reset',
      transient: true,
      pattern: /(?<symbol>ECONNRESET|[Cc]onnection reset|socket hang up|UND_ERR_SOCKET|other side closed)/,
    },
    {
      category: 'network',
      transient: true,
      pattern:
        /dial tcp[^\n]{0,120}(?<symbol>i\/o timeout|no such host|connection refused)|(?<symbol2>request canceled while waiting for connection|TLS handshake timeout|MongoNetworkError|net::ERR_(?:PROXY|CONNECTION|NAME|INTERNET|NETWORK)_\w+|14 UNAVAILABLE)|Unexpected server response: (?<symbol3>50[234])/,
    },
    {
      category: 'auth',
      pattern:
        /(?<symbol>Resource not accessible by (?:integration|personal access token)|Bad credentials)|Unexpected server response: (?<symbol2>40[13])/,
    },
    {
      category: 'rate_limit',
      transient: true,
      pattern:
        /(?<symbol>429 Too Many Requests|toomanyrequests|API rate limit exceeded|secondary rate limit|rate limit exceeded)/i,
    },
    {
      category: 'timeout',
      subcategory: 'network_timeout',
      transient: true,
      pattern: /(?<symbol>TimeoutError|ETIMEDOUT|UND_ERR_\w*TIMEOUT|ESOCKETTIMEDOUT|Connection timed out)/,
    },
    {
      category: 'network',
      subcategory: 'http_5xx',
      transient: true,
      pattern: /(?<symbol>50[234] (?:Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out))/i,
    },
    {
      category: 'timeout',
      pattern:
        /(?<symbol>timed out after|Timed out waiting|exceeded (?:the )?(?:maximum )?(?:execution )?time|deadline exceeded|has exceeded the timeout)/i,
    },
    {
      category: 'process_killed',
      transient: true,
      pattern:
        /^(?<symbol>Killed)$|signal=?:? ?(?<symbol2>SIGKILL)|worker process (?:has failed to exit gracefully|was terminated)|OOMKilled|exit(?:ed with)?(?: status| code) (?<symbol4>137|143)\b|someone called `kill -9`|(?<symbol3>SIGKILL)/m,
    },
    {
      category: 'permission',
      pattern:
        /(?<symbol>EACCES|EPERM|[Pp]ermission denied|Operation not permitted|Read-only file system|EROFS)/,
    },
  ],
};

/** curl numbers its faults; they decide wherever it ran, also below make and scripts. */
export const transferRules: RuleTable = {
  name: 'transfer',
  rules: [
    { category: 'config_error', subcategory: 'url', pattern: /^curl: \((?:1|3)\) (?<symbol>[^\n]{3,120})/m },
    {
      category: 'network',
      subcategory: 'dns',
      transient: true,
      pattern: /^curl: \((?:5|6)\) [^\n]*?host: (?<symbol>\S+)/m,
    },
    {
      category: 'network',
      subcategory: 'connection_refused',
      transient: true,
      pattern: /^curl: \(7\) (?<symbol>Failed to connect|[^\n]{3,80})/m,
    },
    {
      category: 'timeout',
      subcategory: 'network_timeout',
      transient: true,
      pattern: /^curl: \(28\) [^\n]*?(?<symbol>timed out|[Tt]imeout)/m,
    },
    {
      category: 'network',
      subcategory: 'tls',
      transient: false,
      pattern: /^curl: \(35\) [^\n]*?(?<symbol>wrong version number|certificate|alert|unsupported)/m,
    },
    {
      category: 'network',
      subcategory: 'connection_reset',
      transient: true,
      pattern: /^curl: \((?:18|35|52|55|56|92)\) (?<symbol>[^\n]{3,80})/m,
    },
    {
      category: 'network',
      subcategory: 'http_5xx',
      transient: true,
      pattern: /^curl: \(22\) [^\n]*?error: (?<symbol>50[0234]|52\d)/m,
    },
    { category: 'rate_limit', transient: true, pattern: /^curl: \(22\) [^\n]*?error: (?<symbol>429)/m },
    { category: 'auth', pattern: /^curl: \(22\) [^\n]*?error: (?<symbol>40[13])/m },
    {
      category: 'network',
      subcategory: 'http_4xx',
      transient: false,
      pattern: /^curl: \(22\) [^\n]*?error: (?<symbol>4\d\d)/m,
    },
    {
      // pip gave up after its last retry, and then calls the package unknown.
      category: 'timeout',
      subcategory: 'network_timeout',
      transient: true,
      pattern: /^WARNING: Retrying \(Retry\(total=0,[^\n]*?(?<symbol>[Rr]ead timed out|ConnectTimeoutError)/m,
    },
    {
      category: 'network',
      transient: true,
      pattern:
        /^WARNING: Retrying \(Retry\(total=0,[^\n]*?(?<symbol>Connection refused|Temporary failure in name resolution|Name or service not known|Connection reset by peer|RemoteDisconnected|Network is unreachable|NewConnectionError|ProtocolError)/m,
    },
  ],
};
