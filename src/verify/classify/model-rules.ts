import { type Finding, findingOf, firstMatch, type Rule, type RuleTable } from './rule.ts';

/** Signs that a text comes from a model provider, one of its libraries or an agent's command line. */
const FROM_MODEL =
  /\bAPI Error\b|"type":\s*"error"\s*,\s*"error"|node_modules\/(?:@anthropic-ai|openai|@google\/gen|@ai-sdk|@openrouter)\b|^HTTP \d{3} retry-after|request_id|\bAI_[A-Z]\w+Error\b|ThrottlingException|"jsonrpc":\s*"2\.0"|ProviderModelNotFound|\bERROR: (?:Reconnecting|stream disconnected|unexpected status)|OpenAI Codex|No conversation found|selected model|Prompt is too long|Claude|"type":"result","subtype"|^tool_call |\binsufficient_quota\b|"status":\s*"[A-Z_]{8,}"|generativelanguage|rate_limit_error|overloaded_error/m;

export function isFromModel(text: string, tool: string): boolean {
  return (
    /claude|codex|openai|anthropic|gemini|openrouter|agent|opencode|qwen|copilot|bedrock|vertex|mistral|deepseek|groq|\bai sdk\b|\bacp\b|\bllm\b/i.test(
      tool,
    ) || FROM_MODEL.test(text)
  );
}

const WORDS: RuleTable = {
  name: 'model',
  rules: [
    {
      category: 'agent_state',
      subcategory: 'session_not_found',
      pattern:
        /(?<symbol>No conversation found|no rollout found)|(?:session|thread|conversation)\b[^\n]{0,80}\b(?:not found|does not exist|no longer exists)|No (?:saved )?session|Session ID \S+ is already in use|no rollout found/i,
    },
    {
      category: 'turn_limit',
      pattern:
        /(?<symbol>error_max_turns|[Rr]eached max(?:imum)? (?:number of )?turns|max(?:imum)? (?:number of )?turns (?:\(\d+\) )?(?:reached|exceeded))/,
    },
    {
      category: 'git_state',
      subcategory: 'not_a_repo',
      pattern: /Not inside a trusted directory and --(?<symbol>skip-git-repo-check)/,
    },
    {
      category: 'auth',
      subcategory: 'no_credentials',
      pattern: /set an Auth method[^\n]{0,200}?(?<symbol>[A-Z][A-Z0-9]*_API_KEY)/,
    },
    { category: 'auth', subcategory: 'no_credentials', pattern: /(?<symbol>Invalid auth method)/ },
    {
      category: 'missing_env_var',
      pattern: /[Mm]issing environment variable: [`'"]?(?<symbol>[A-Z][A-Z0-9_]+)/,
    },
    {
      category: 'missing_env_var',
      pattern:
        /(?<symbol>[A-Z][A-Z0-9]*_API_KEY)[^\n]{0,40}(?:is missing|not set|missing or empty|environment variable (?:is )?(?:missing|not))|API key is missing\.[^\n]{0,120}?(?<symbol2>[A-Z][A-Z0-9]*_API_KEY)/,
    },
    {
      category: 'output_limit',
      pattern:
        /exceeded the \d+ (?<symbol>output token maximum)|(?<![\w"])stop_reason"?:\s*"?max_tokens|finish_reason"?:\s*"?length|MAX_TOKENS|max_output_tokens|could not finish the message because max_tokens|LengthFinishReasonError|the length limit was reached/,
    },
    {
      category: 'context_length',
      prefer:
        /\b(?:prompt is too long|context_length_exceeded|prompt_too_long|request_too_large|exceeds the maximum number of tokens|exceed context limit|context window)\b/i,
      pattern:
        /(?<symbol>[Pp]rompt is too long|prompt_too_long|context_length_exceeded|maximum context length|context window|input token count[^\n]{0,40}exceeds|exceeds the (?:model's )?(?:maximum )?(?:context|number of (?:input )?tokens)|input is too long|too many tokens in|request_too_large|input length and `?max_tokens`? exceed)/i,
    },
    {
      category: 'quota_exhausted',
      subcategory: 'usage_window',
      transient: true,
      pattern:
        /(?<symbol>(?:usage|session|weekly|5-hour|hourly|daily|Opus|Sonnet)[ -]limit (?:reached|exceeded|hit)|hit your (?:\w+ )?(?:usage |session |weekly )?limit|usage_limit_reached|limit will reset|reached your (?:\w+ )?(?:usage |session |weekly )limit|out of extra usage|reached your specified API usage limits|regain access on)/i,
    },
    {
      category: 'quota_exhausted',
      prefer: /\binsufficient_quota\b/,
      pattern:
        /(?<symbol>insufficient_quota|exceeded your current quota|exhausted your (?:daily )?quota|quota exceeded\. check your plan|requires more credits|credit balance is too low|billing_hard_limit|payment required|out of credits|insufficient (?:credits|balance|funds)|spend(?:ing)? limit|billing_error|quota_exceeded|PerDay|error_max_budget_usd|max(?:imum)? budget|free-models-per-day)/i,
    },
    {
      category: 'malformed_tool_call',
      subcategory: 'truncated_json',
      pattern:
        /^tool_call (?<symbol>\w+): (?:could not parse|invalid (?:JSON|arguments|input)|unknown tool|no such tool|[^\n]{0,200}(?:\n[^\n]{0,200}){0,3}?(?:Unexpected (?:end of JSON|token)|in JSON at position))|(?:tool|function)[ _]?(?:call|use)?[^\n]{0,60}(?:arguments|input)[^\n]{0,40}(?:not valid JSON|invalid JSON|parse|Unterminated)|Unterminated string in JSON|input_json|InvalidTool(?:Input|Arguments)\w*:? (?:Invalid arguments for tool (?<symbol2>\w+))?/im,
    },
    {
      category: 'malformed_tool_call',
      subcategory: 'pairing',
      pattern:
        /(?<symbol>tool_use(?!_error)|tool_result|tool_call_id|tool_calls|function_call_output|function response parts)[^\n]{0,200}(?:must|without|found|missing|unexpected|corresponding|immediately|equal)|(?:tool use concurrency|No tool (?:call|output) found|without `tool_result`|unexpected `tool_use_id`)/i,
    },
    {
      category: 'content_filter',
      prefer: /\b(?:invalid_prompt|content_filter|content_policy_violation|PROHIBITED_CONTENT)\b/,
      pattern:
        /(?<symbol>invalid_prompt|content_filter|content filtering policy|content_policy_violation|flagged|violat\w+ (?:our )?usage polic|ResponsibleAIPolicy|PROHIBITED_CONTENT|blockReason|content management policy|unable to respond to this request, which appears to violate)/i,
    },
    {
      // More than a minute's allowance in one request: no wait makes it fit.
      category: 'rate_limit',
      subcategory: 'too_large',
      transient: false,
      prefer: /\brate_limit_exceeded\b/,
      pattern: /(?<symbol>Request too large) for [^\n]{0,300}(?:tokens|TPM)/,
    },
    {
      category: 'rate_limit',
      prefer:
        /\b(?:rate_limit_error|rate_limit_exceeded|RESOURCE_EXHAUSTED|rate[- ]limited|ThrottlingException)\b/,
      transient: true,
      pattern:
        /(?<symbol>429|Too Many Requests)\b[^\n]{0,400}|ThrottlingException|TooManyRequestsException|rate[- ]limited|(?:would exceed|exceeded|hit|reached)[^\n]{0,40}rate limit|rate_limit(?:_exceeded|_error)?\b|RESOURCE_EXHAUSTED|tokens per min|requests per min/i,
    },
    {
      category: 'model_not_found',
      pattern:
        /selected model \((?<symbol>[^)]+)\)|"?model:? ?[`'"]?(?<symbol2>[\w./:-]+)[`'"]? (?:does not exist|not found|is not (?:a valid|found|supported|available))|model_not_found|"message":\s*"model: (?<symbol3>[\w./:-]+)"|(?<![\w./:-])(?<symbol4>[\w./:-]{1,200}) is not a valid model(?: ID)?|models\/(?<symbol5>[\w.-]+) is not found|No endpoints found for (?<symbol6>[\w./:-]+)|unknown model|[Mm]odel ?[Nn]ot ?[Ff]ound\w*:?[^\n]{0,80}?"modelID":\s*"(?<symbol7>[^"]+)"|ModelNotFound|The '(?<symbol8>[^']+)' model is not supported|model is not supported/i,
    },
    {
      category: 'auth',
      subcategory: 'scope',
      pattern:
        /(?<symbol>permission_error|PERMISSION_DENIED|insufficient (?:permissions|scope)s?|missing scopes?)/i,
    },
    {
      category: 'auth',
      prefer:
        /\b(?:invalid_api_key|invalid x-api-key|API_KEY_INVALID|token_invalidated|401 Unauthorized|ExpiredTokenException)\b/,
      pattern:
        /(?<symbol>invalid x-api-key|authentication_error|[Ii]ncorrect API key|[Ii]nvalid API key|invalid_api_key|API key not valid|API_KEY_INVALID|Please run \/login|Not logged in|OAuth (?:token|authentication)[^\n]{0,40}|Invalid (?:bearer|authentication)|UNAUTHENTICATED|No auth credentials|User not found|Could not resolve authentication method|token (?:included in the request is |has )?(?:expired|invalid)|ExpiredToken|UnrecognizedClientException|[Aa]uthentication required|[Bb]ad credentials|not supported in your (?:country|region)|unsupported_country|invalid_grant|refresh token)/i,
    },
    {
      category: 'network',
      subcategory: 'stream_cut',
      transient: true,
      pattern:
        /(?<symbol>stream closed before response\.completed|malformed response|stream (?:disconnected|closed|ended)[^\n]{0,40}|Premature close|other side closed|terminated unexpectedly|unexpected end of (?:JSON|stream)|without (?:a )?finish_reason|ended without)/i,
    },
    {
      category: 'overloaded',
      transient: true,
      prefer: /^\w{0,60}Error: 529 [^\n]{0,200}?\b(overloaded_error)\b/m,
      pattern:
        /(?<symbol>overloaded_error|[Oo]verloaded|529|model is (?:currently )?overloaded|high demand|"UNAVAILABLE"|at capacity|no capacity|ServiceUnavailableException|ModelNotReadyException)/,
    },
    {
      category: 'network',
      subcategory: 'tls',
      transient: false,
      pattern:
        /(?<symbol>self[- ]signed certificate|unable to verify the first certificate|certificate has expired|CERT_\w+|UNABLE_TO_\w+)/i,
    },
    {
      category: 'network',
      subcategory: 'connection_reset',
      transient: true,
      pattern: /(?<symbol>ECONNRESET|socket hang up|EPIPE|socket connection was closed)/,
    },
    {
      category: 'network',
      subcategory: 'connection_refused',
      transient: true,
      pattern: /(?<symbol>ECONNREFUSED|ConnectionRefused)/,
    },
    {
      category: 'network',
      subcategory: 'dns',
      transient: true,
      pattern: /(?<symbol>ENOTFOUND|EAI_AGAIN|error sending request[^\n]*dns|FailedToOpenSocket)/,
    },
    {
      category: 'timeout',
      transient: true,
      prefer: /\b[Rr]equest timed out\b/,
      pattern:
        /(?<symbol>[Rr]equest (?:timed out|was aborted)|APIUserAbortError|APIConnectionTimeoutError|ETIMEDOUT|deadline exceeded|DEADLINE_EXCEEDED|operation timed out|[Ss]tream idle timeout|idle timeout waiting)/,
    },
    {
      category: 'network',
      transient: true,
      pattern:
        /(?<symbol>APIConnectionError|Connection error|Unable to connect to API|fetch failed|error sending request|waiting for network)/,
    },
  ],
};

const STATUS =
  /\bAPI Error:?[^\n]{0,60}?\(?(\d{3})\b|^[ \t]*(?:\w{1,60}\.)?\w{0,60}Error: (\d{3}) |^HTTP (\d{3}) |unexpected status (\d{3})|"(?:code|status|statusCode|api_error_status)":\s*(\d{3})\b|status(?:Code)?: (\d{3})\b|last status: (\d{3})/m;

const BY_STATUS: Readonly<Record<string, Omit<Rule, 'pattern'>>> = {
  '400': { category: 'invalid_request' },
  '401': { category: 'auth' },
  '402': { category: 'quota_exhausted' },
  '403': { category: 'auth' },
  '404': { category: 'model_not_found' },
  '408': { category: 'timeout', transient: true },
  '413': { category: 'context_length' },
  '422': { category: 'invalid_request' },
  '429': { category: 'rate_limit', transient: true },
  '500': { category: 'server_error', transient: true },
  '502': { category: 'server_error', transient: true },
  '503': { category: 'overloaded', transient: true },
  '504': { category: 'timeout', transient: true },
  '529': { category: 'overloaded', transient: true },
};

/** The words of the provider first, because types and numbers lie (429 for an empty purse, invalid_request_error for a rate limit). */
export function classifyModelText(text: string): Finding | null {
  const status = statusOf(text);
  const words = firstMatch(
    WORDS,
    perMinute(text) ? text.replace(/exceeded your current quota/g, 'exceeded') : text,
  );
  if (words && !(words.category === 'rate_limit' && status && !['429', '400', '403'].includes(status.code)))
    return withModelName(words, text);
  const rule = status ? ruleOfStatus(status.code) : undefined;
  if (status && rule)
    return {
      ...findingOf('model-status', { ...rule, pattern: STATUS }, status.match),
      symbol: telling(text) ?? status.code,
    };
  if (/invalid_request_error|BadRequestError|INVALID_ARGUMENT/.test(text)) {
    const match = /invalid_request_error|BadRequestError|INVALID_ARGUMENT/.exec(text);
    return match
      ? {
          ...findingOf('model', { category: 'invalid_request', pattern: STATUS }, match),
          symbol: telling(text),
        }
      : null;
  }
  const server = /(?<symbol>upstream connect error|internal server error|api_error|server_error)/i.exec(text);
  return server
    ? findingOf('model', { category: 'server_error', transient: true, pattern: STATUS }, server)
    : null;
}

/** Gateways and proxies have numbers of their own above 500: a fault on the way, which passes. */
function ruleOfStatus(code: string): Omit<Rule, 'pattern'> | undefined {
  return (
    BY_STATUS[code] ?? (/^5\d\d$/.test(code) ? { category: 'server_error', transient: true } : undefined)
  );
}

/** Gemini calls a limit of a minute a quota too; its id and the delay it asks for tell. */
function perMinute(text: string): boolean {
  return /PerMinute|retryDelay"?:\s*"\d{1,3}(?:\.\d+)?s"/.test(text) && !/PerDay/.test(text);
}

/** Some wordings name the model elsewhere in the text. */
function withModelName(finding: Finding, text: string): Finding {
  if (finding.category !== 'model_not_found' || /\d/.test(finding.symbol ?? '')) return finding;
  const name = /(?:model|Model)[^\w]{1,4}([\w./-]*\d[\w./-]*)/.exec(text)?.[1];
  return { ...finding, symbol: name ?? finding.symbol };
}

function statusOf(text: string): { code: string; match: RegExpExecArray } | null {
  const match = STATUS.exec(text);
  const code = match?.slice(1).find((group) => group !== undefined);
  return match && code ? { code, match } : null;
}

/** The sentence of the provider, which carries what a reader needs. */
function telling(text: string): string | null {
  const said =
    /"raw":\s*"([^"]{3,200})"/.exec(text) ??
    /"message":\s*"([^"]{3,200})"/.exec(text) ??
    /^\w{0,60}Error: \d{3} ([^\s{"][^\n]{2,199})/m.exec(text);
  return said?.[1] ?? null;
}
