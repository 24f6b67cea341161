import type { RuleTable } from './rule.ts';

/** Docker's own words (BuildKit, the legacy builder, compose, the daemon), which no other tool uses. They decide before those of what it builds. */
export const dockerRules: RuleTable = {
  name: 'docker',
  rules: [
    {
      category: 'syntax_error',
      // BuildKit names the file above the lines it shows.
      pattern:
        /(?:^(?<file>[^\s:]{1,200}):\d+\n-{10,}\n(?:[^\n]{0,300}\n){0,12}?-{10,}\n)?^[^\n]{0,200}dockerfile parse error (?:on )?line (?<line>\d+): (?:unknown instruction: (?<symbol>[^\s(]+)|(?<symbol2>[^\n]{1,80}))/im,
    },
    {
      category: 'file_not_found',
      pattern:
        /unable to evaluate symlinks in Dockerfile path: lstat \/?(?:[^\s/:]{1,100}\/){0,20}(?<symbol>[^\s/:]{1,100}): no such file|failed to read dockerfile: open (?<symbol2>[^\s:]{1,200}): no such file|unable to prepare context: path "(?<symbol3>[^"\n]{1,200})" not found|failed to (?:compute cache key|calculate checksum)[^\n]{0,300}"(?<symbol4>[^"\n]{1,200})": not found|(?:COPY|ADD) failed: (?:file not found in build context[^\n]{0,60}: )?stat (?<symbol5>[^\s:]{1,300}): /,
    },
    {
      category: 'auth',
      pattern:
        /pull access denied for (?<symbol>[^\s,]{1,200})|(?<symbol2>denied: requested access to the resource is denied|unauthorized: (?:authentication required|incorrect username or password)|no basic auth credentials)/,
    },
    {
      category: 'dependency_not_found',
      subcategory: 'image',
      pattern:
        /manifest for (?<symbol>\S{1,200}) not found|failed to resolve source metadata for (?:docker\.io\/(?:library\/)?)?(?<symbol2>[^\s:]{1,200}:[\w.-]{1,128}): [^\n]{0,300}: not found|No such image: (?<symbol3>\S{1,200})/,
    },
    {
      category: 'config_error',
      pattern:
        /The container name "\/?(?<symbol>[^"\n]{1,200})" is already in use|^service "(?<symbol2>[^"\n]{1,200})" (?:refers to|depends on) undefined |^yaml: (?:unmarshal errors|(?<symbol3>line \d+): )|^(?<symbol4>no configuration file provided): not found|^(?:docker: )?(?<symbol5>"docker [^"\n]{1,60}") (?:requires|accepts) |^validating [^\n:]{1,200}: (?<symbol6>\S{1,100}) /m,
    },
  ],
};

/** A step of a build that failed, where nothing it printed said of what. */
export const dockerStepRules: RuleTable = {
  name: 'docker-step',
  rules: [
    {
      category: 'process_killed',
      pattern:
        /process "(?:\/bin\/\w+ -c )?(?<symbol>[^"\n]{1,300})" did not complete successfully: exit code: 137\b|The command '(?:\/bin\/\w+ -c )?(?<symbol2>[^'\n]{1,300})' returned a non-zero code: 137\b/,
    },
    {
      category: 'build_error',
      pattern:
        /process "(?:\/bin\/\w+ -c )?(?<symbol>[^"\n]{1,300})" did not complete successfully: exit code: \d|The command '(?:\/bin\/\w+ -c )?(?<symbol2>[^'\n]{1,300})' returned a non-zero code: \d/,
    },
  ],
};
