import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 424:
/***/ (() => {

process.exitCode = 1;
const { execPath, versions, env } = process;
const [major = 0, minor = 0] = versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 3)) {
    const title = 'CodeArts Build';
    const words = `Node ${versions.node} is too old; run this step with Node 20.3 or later (it ran with ${execPath})`;
    const isRunner = env['GITHUB_ACTIONS'] === 'true';
    const command = `::error title=${title}::${words.replace(/%/g, '%25')}`;
    process.stdout.write(`${isRunner ? command : `Error: ${title}: ${words}`}\n`);
    process.exit();
}



/***/ }),

/***/ 448:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Z: () => (/* binding */ countedLookup),
  a: () => (/* binding */ openLookups)
});

;// CONCATENATED MODULE: external "node:dns"
const external_node_dns_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:dns");
var external_node_dns_default = /*#__PURE__*/__nccwpck_require__.n(external_node_dns_namespaceObject);
;// CONCATENATED MODULE: ./src/http/lookup.ts

let openCount = 0;
function openLookups() {
    return openCount;
}
const countedLookup = (hostname, options, callback) => {
    external_node_dns_default().lookup(hostname, options, (error, address, family) => {
        openCount--;
        callback(error, address, family);
    });
    openCount++;
};


/***/ }),

/***/ 22:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ endProcess),
/* harmony export */   V: () => (/* binding */ guardProcess)
/* harmony export */ });
/* harmony import */ var _http_lookup_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(448);
/* harmony import */ var _util_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(17);


const CANCEL_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const MAX_FLUSH_MS = 500;
function guardProcess(report) {
    const cancel = new AbortController();
    let hasEnded = false;
    for (const name of CANCEL_SIGNALS) {
        process.on(name, () => {
            cancel.abort();
        });
    }
    const crash = (error) => {
        process.exitCode = 1;
        report.reportCrash((0,_util_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .messageOf */ .bD)(error), error);
        return endProcess();
    };
    process.on('uncaughtException', crash);
    process.on('unhandledRejection', crash);
    process.on('exit', () => {
        if (hasEnded)
            return;
        process.exitCode = 1;
        report.reportCrash('the process ended before the step had a result');
    });
    return {
        cancel: cancel.signal,
        async settle() {
            await flushLog();
            await hearSignals();
        },
        end() {
            hasEnded = true;
        },
    };
}
function endProcess() {
    if (process.exitCode !== 0 && (0,_http_lookup_js__WEBPACK_IMPORTED_MODULE_0__/* .openLookups */ .a)() > 0)
        process.kill(process.pid, 'SIGKILL');
    return process.exit();
}
function flushLog() {
    return new Promise(resolve => {
        setTimeout(resolve, MAX_FLUSH_MS);
        process.stdout.write('', () => {
            resolve();
        });
    });
}
function hearSignals() {
    return new Promise(resolve => {
        setImmediate(() => setImmediate(resolve));
    });
}


/***/ }),

/***/ 452:
/***/ ((module, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(module, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _fail_first_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(424);
/* harmony import */ var _process_guard_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(22);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(976);



const passes = await (0,_run_js__WEBPACK_IMPORTED_MODULE_2__/* .run */ .e)();
if (passes)
    process.exitCode = 0;
(0,_process_guard_js__WEBPACK_IMPORTED_MODULE_1__/* .endProcess */ .J)();

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 976:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  e: () => (/* binding */ run)
});

// NAMESPACE OBJECT: ./node_modules/@actions/core/lib/platform.js
var platform_namespaceObject = {};
__nccwpck_require__.r(platform_namespaceObject);
__nccwpck_require__.d(platform_namespaceObject, {
  arch: () => (arch),
  getDetails: () => (getDetails),
  isLinux: () => (isLinux),
  isMacOS: () => (isMacOS),
  isWindows: () => (isWindows),
  platform: () => (platform)
});

// NAMESPACE OBJECT: ./node_modules/@actions/core/lib/core.js
var core_namespaceObject = {};
__nccwpck_require__.r(core_namespaceObject);
__nccwpck_require__.d(core_namespaceObject, {
  ExitCode: () => (ExitCode),
  addPath: () => (addPath),
  debug: () => (debug),
  endGroup: () => (core_endGroup),
  error: () => (error),
  exportVariable: () => (exportVariable),
  getBooleanInput: () => (getBooleanInput),
  getIDToken: () => (getIDToken),
  getInput: () => (getInput),
  getMultilineInput: () => (getMultilineInput),
  getState: () => (getState),
  group: () => (group),
  info: () => (info),
  isDebug: () => (isDebug),
  markdownSummary: () => (markdownSummary),
  notice: () => (notice),
  platform: () => (platform_namespaceObject),
  saveState: () => (saveState),
  setCommandEcho: () => (setCommandEcho),
  setFailed: () => (setFailed),
  setOutput: () => (setOutput),
  setSecret: () => (setSecret),
  startGroup: () => (core_startGroup),
  summary: () => (summary),
  toPlatformPath: () => (toPlatformPath),
  toPosixPath: () => (toPosixPath),
  toWin32Path: () => (toWin32Path),
  warning: () => (warning)
});

;// CONCATENATED MODULE: ./package.json
const package_namespaceObject = {"rE":"1.2.0"};
;// CONCATENATED MODULE: external "node:crypto"
const external_node_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");
;// CONCATENATED MODULE: ./src/credentials/signature.ts

const ALGORITHM = 'SDK-HMAC-SHA256';
function sign(request, { accessKey, secretKey }, date) {
    const sdkDate = sdkDateOf(date);
    const headers = headersToSign(request, sdkDate);
    const names = headers.map(([name]) => name).join(';');
    const canonicalRequest = [
        request.method,
        canonicalPath(request.url.pathname),
        canonicalQuery(request.url.search),
        headers.map(([name, value]) => `${name}:${value}\n`).join(''),
        names,
        sha256(request.body ?? ''),
    ].join('\n');
    const stringToSign = [ALGORITHM, sdkDate, sha256(canonicalRequest)].join('\n');
    const signature = (0,external_node_crypto_namespaceObject.createHmac)('sha256', secretKey).update(stringToSign).digest('hex');
    return {
        headers: {
            'X-Sdk-Date': sdkDate,
            Authorization: `${ALGORITHM} Access=${accessKey}, SignedHeaders=${names}, Signature=${signature}`,
        },
        signature,
    };
}
function sdkDateOf(date) {
    return date.toISOString().replace(/[-:]|\.[0-9]{3}/g, '');
}
function headersToSign({ headers, url }, sdkDate) {
    const all = Object.entries({ ...headers, Host: url.host, 'X-Sdk-Date': sdkDate });
    return all
        .map(([name, value]) => [name.toLowerCase(), value.replace(/^[ \t]+|[ \t]+$/g, '')])
        .sort(([one], [other]) => byCodePoint(one, other));
}
function canonicalPath(path) {
    const encoded = decoded(path).split('/').map(encode).join('/');
    return encoded.endsWith('/') ? encoded : `${encoded}/`;
}
function canonicalQuery(search) {
    const pairs = search
        .slice(1)
        .split('&')
        .filter(pair => pair !== '')
        .map(pair => {
        const [name = '', ...value] = pair.split('=');
        return [decoded(name), decoded(value.join('='))];
    });
    return pairs
        .sort((one, other) => byCodePoint(one[0], other[0]) || byCodePoint(one[1], other[1]))
        .map(([name, value]) => `${encode(name)}=${encode(value)}`)
        .join('&');
}
function decoded(text) {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, run => Buffer.from(run.replaceAll('%', ''), 'hex').toString());
}
function encode(text) {
    return encodeURIComponent(text).replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
function byCodePoint(one, other) {
    return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
function sha256(text) {
    return (0,external_node_crypto_namespaceObject.createHash)('sha256').update(text).digest('hex');
}

;// CONCATENATED MODULE: ./src/credentials/access-keys.ts

function accessKeyCredentials(keys, source, tools) {
    return {
        authorize: request => Promise.resolve({ ok: true, headers: signedHeaders(request, keys, tools) }),
        refused: response => ({ isRenewable: false, remedy: [remedyFor(response, keys, source, tools.nowMs())] }),
    };
}
function signedHeaders(request, keys, { nowMs, addSecret }) {
    const own = {
        ...(keys.securityToken === undefined ? {} : { 'X-Security-Token': keys.securityToken }),
        ...(keys.projectId === undefined ? {} : { 'X-Project-Id': keys.projectId }),
    };
    const withOwn = { ...request, headers: { ...request.headers, ...own } };
    const { headers, signature } = sign(withOwn, keys, new Date(nowMs()));
    addSecret(signature, 'signature');
    return { ...own, ...headers };
}
function remedyFor({ status, headers }, { securityToken }, source, nowMs) {
    if (status !== 401)
        return `add the IAM user of the keys to the CodeArts project of the build task, with a role that may view it; the keys are from ${source}`;
    const check = securityToken === undefined
        ? `check ${source}: both keys must belong to one pair that is neither disabled nor deleted`
        : `check ${source}: the keys and the security token must belong together, and must not have expired`;
    const lockout = 'the step does not try again, because six failures in a row lock an access key for five minutes';
    return afterClockRemedy(`${check}; ${lockout}`, headers, nowMs);
}
const SUSPICIOUS_SKEW_MS = 5 * 60_000;
function serviceTimeMs(headers) {
    const ms = Date.parse(headers.date ?? '');
    return Number.isNaN(ms) ? undefined : ms;
}
function afterClockRemedy(remedy, headers, nowMs) {
    const serviceMs = serviceTimeMs(headers);
    if (serviceMs === undefined || Math.abs(serviceMs - nowMs) < SUSPICIOUS_SKEW_MS)
        return remedy;
    const minutes = Math.round(Math.abs(serviceMs - nowMs) / 60_000);
    return (`set the clock of this machine: it says ${formatTime(nowMs)}, and the clock of the service says ${formatTime(serviceMs)} ` +
        `(${minutes} minutes ${serviceMs > nowMs ? 'later' : 'earlier'}); a signature may be 15 minutes off at most; ${remedy}`);
}
function formatTime(ms) {
    return new Date(ms).toISOString().replace(/\.[0-9]{3}Z$/, 'Z');
}

;// CONCATENATED MODULE: ./src/util/message.ts
const SEARCHED_BEYOND = 20_000;
function quote(quoted, maxCharacters = 400) {
    const kept = lookedAt(quoted, maxCharacters);
    return kept === quoted ? { quoted, maxCharacters } : { quoted: kept, maxCharacters, length: quoted.length };
}
function lookedAt(text, maxCharacters) {
    const keptCharacters = maxCharacters + SEARCHED_BEYOND;
    if (text.length <= keptCharacters)
        return text;
    return JSON.parse(JSON.stringify(text.slice(0, keptCharacters)));
}
function beginning(quoted, maxCharacters) {
    return { ...quote(quoted, maxCharacters), isBeginning: true };
}
function message(words, ...values) {
    const parts = [];
    const add = (part) => {
        const last = parts.at(-1);
        if (typeof part === 'string' && typeof last === 'string')
            parts[parts.length - 1] = last + part;
        else if (part !== '')
            parts.push(part);
    };
    words.forEach((word, at) => {
        add(word);
        const value = values[at];
        if (value === undefined)
            return;
        if (typeof value === 'object' && !('quoted' in value))
            value.forEach(add);
        else
            add(typeof value === 'number' ? String(value) : value);
    });
    return parts;
}
function joined(messages, separator) {
    return messages.reduce((all, one) => (all.length === 0 ? one : message `${all}${separator}${one}`), []);
}
function rawText(text) {
    return text.map(part => (typeof part === 'string' ? part : part.quoted)).join('');
}

;// CONCATENATED MODULE: ./src/http/retry.ts

const MAX_TRIES = 4;
const FIRST_PAUSE_MS = 1_000;
const JITTER = 0.5;
const MAX_RETRY_AFTER_MS = 60_000;
const LONGEST_OUTLASTING_MS = 15_000;
const MAX_PAUSE_MS = 24 * 60 * 60_000;
async function withTries(attempt, errorOf, tools) {
    let result = await attempt();
    for (let tries = 1;; tries++) {
        const error = errorOf(result);
        if (error?.retryable !== true || error.isTried === true)
            return { result, tries };
        if ((error.retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS)
            return { result, tries };
        const isOutlasted = tools.isOutlasted?.(error) === true;
        if (tries >= tools.maxTries && !isOutlasted)
            return { result, tries };
        const pauseMs = pauseAfter(tries, error, tools.random(), isOutlasted ? LONGEST_OUTLASTING_MS : undefined);
        tools.onRetry(error, tries, pauseMs);
        await tools.sleep(pauseMs, tools.signal);
        if (tools.signal.aborted)
            return { result, tries };
        const next = await attempt();
        if (errorOf(next)?.isGivenUp === true)
            return { result, tries };
        result = next;
    }
}
function afterTries(error, tries) {
    return tries === 1 ? error : { ...error, message: message `${error.message} (the last of ${tries} tries)` };
}
function pauseAfter(tries, { retryAfterMs = 0 }, random, longestMs = MAX_PAUSE_MS) {
    const growingMs = Math.min(longestMs, FIRST_PAUSE_MS * 2 ** (tries - 1) * (1 + JITTER * random));
    return Math.round(Math.min(MAX_PAUSE_MS, Math.max(retryAfterMs, growingMs)));
}
const LASTING_5XX = [501, 505, 511];
function isRetryableStatus(status) {
    if (status === 408 || status === 429)
        return true;
    return status >= 500 && status <= 599 && !LASTING_5XX.includes(status);
}
function retryAfterMs(headers, nowMs) {
    const text = headers['retry-after']?.trim() ?? '';
    if (/^[0-9]+(\.[0-9]+)?$/.test(text))
        return Math.ceil(Number(text) * 1_000);
    const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(at))
        return undefined;
    const sentAt = Date.parse(headers.date ?? '');
    return Math.max(0, at - (Number.isNaN(sentAt) ? nowMs : sentAt));
}

;// CONCATENATED MODULE: ./src/util/secure-url.ts
function isSecure({ protocol, hostname }) {
    return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}
function isLoopback(hostname) {
    return hostname === 'localhost' || hostname === '[::1]' || /^127(\.[0-9]{1,3}){3}$/.test(hostname);
}

;// CONCATENATED MODULE: ./src/credentials/oidc.ts




const ASSUME_PATH = '/v5/agencies/assume-with-oidc';
const MAX_ID_TOKEN_CHARACTERS = 20_000;
const MAX_CLAIM_CHARACTERS = 300;
const ID_TOKEN_FAILED = 'the OIDC token of the job could not be obtained';
const EXCHANGE_FAILED = 'the exchange of the job’s OIDC token for temporary keys failed';
async function exchangeToken(agency, job, tools, options) {
    const requested = await requestIdToken(agency.audience, job, tools, options);
    if (!requested.ok)
        return requested;
    const idToken = requested.value;
    const { providerUrn, agencyUrn } = agency;
    const url = new URL(agency.stsEndpoint.href.replace(/\/$/, '') + ASSUME_PATH);
    const request = {
        method: 'POST',
        url,
        headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
        body: JSON.stringify({
            provider_urn: providerUrn,
            agency_urn: agencyUrn,
            agency_session_name: job.sessionName,
            id_token: idToken,
        }),
    };
    const name = 'the security token service (STS)';
    const exchange = await ask(request, { name, sent: [providerUrn, agencyUrn] }, tools, options);
    if (!exchange.ok)
        return failed(EXCHANGE_FAILED, exchange, {
            refused: trustRemedy(agency, idToken),
            unanswered: message `${exchange.error.remedy}; for this request the endpoint is sts_endpoint (${url.host})`,
        });
    const { response } = exchange;
    const value = temporaryKeysIn(exchange.result, response.ok ? serviceTimeMs(response.headers) : undefined);
    if (value !== undefined)
        return { ok: true, value };
    const what = `${EXCHANGE_FAILED}: ${name} returned no usable keys`;
    return lastingError('invalid_response', what, 'check sts_endpoint and region');
}
async function requestIdToken(audience, { idTokenUrl, idTokenBearer }, tools, options) {
    if (idTokenUrl === '' || idTokenBearer === '')
        return lastingError('unauthorized', `${ID_TOKEN_FAILED}: this job may not request one`, 'give the job permissions: { id-token: write }; runs for pull requests from forks never get it');
    const url = idTokenUrlOf(idTokenUrl, audience);
    if (url === undefined)
        return lastingError('invalid_response', `${ID_TOKEN_FAILED}: the variable ACTIONS_ID_TOKEN_REQUEST_URL of the runner is not an https:// URL`, 'check whether an earlier step has set that variable');
    const request = {
        method: 'GET',
        url,
        headers: { Accept: 'application/json', Authorization: `Bearer ${idTokenBearer}` },
    };
    const exchange = await ask(request, { name: 'GitHub’s OIDC provider', sent: [] }, tools, options);
    if (!exchange.ok)
        return failed(ID_TOKEN_FAILED, exchange, {
            refused: message `run the job again; if it fails again, check its permissions (id-token: write)`,
            unanswered: message `${exchange.error.remedy}; for this request the endpoint is GitHub’s (${url.host})`,
        });
    const value = textIn(exchange.result, 'value');
    if (value !== undefined)
        tools.addSecret(value);
    if (value !== undefined && isJwt(value))
        return { ok: true, value };
    const what = `${ID_TOKEN_FAILED}: GitHub’s OIDC provider returned none`;
    return lastingError('invalid_response', what, 'run the job again');
}
function lastingError(reason, what, remedy) {
    return { ok: false, error: { reason, message: [what], remedy: [remedy], retryable: false } };
}
function idTokenUrlOf(text, audience) {
    if (!URL.canParse(text))
        return undefined;
    const url = new URL(text);
    if (!isSecure(url) || url.username !== '' || url.password !== '')
        return undefined;
    if (audience !== undefined) {
        url.search += `${url.search === '' ? '?' : '&'}audience=${encodeURIComponent(audience)}`;
    }
    return url;
}
async function ask(request, from, tools, options) {
    const { addSecret } = tools;
    const { result, tries } = await withTries(async () => {
        const response = await tools.http.send(request, options.signal);
        return { response, ...tools.readSecretResponse(response, tools.nowMs(), { ...from, addSecret }) };
    }, exchanged => (exchanged.ok ? undefined : exchanged.error), { ...tools.retry, onRetry: tools.onRetry, ...options });
    return result.ok ? result : { ...result, error: afterTries(result.error, tries) };
}
function failed(what, { response, error }, remedies) {
    const said = { ...error, message: message `${what}: ${error.message}`, missing: undefined };
    const { reason } = error;
    if (reason === 'unreachable' || reason === 'invalid_response')
        return { ok: false, error: { ...said, remedy: remedies.unanswered } };
    if (reason === 'throttled')
        return { ok: false, error: said };
    const isRefused = response.ok && response.status >= 400 && response.status < 500 && response.status !== 408;
    return isRefused
        ? { ok: false, error: { ...said, reason: 'unauthorized', remedy: remedies.refused } }
        : { ok: false, error: { ...said, reason: 'service_error' } };
}
function trustRemedy({ providerUrn, agencyUrn }, idToken) {
    const claims = claimsOf(idToken);
    const claim = (name) => message `${name} "${quote(textIn(claims, name) ?? '(none)', MAX_CLAIM_CHARACTERS)}"`;
    return message `check the trust policy of ${agencyUrn}: it must allow sts:agencies:assumeWithOIDC to ${providerUrn} for these claims of the job’s token: ${claim('aud')} (oidc:aud, and a client ID of the provider), ${claim('sub')} (oidc:sub) and ${claim('iss')} (oidc:iss)`;
}
function isJwt(text) {
    return text.length <= MAX_ID_TOKEN_CHARACTERS && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}
function claimsOf(jwt) {
    try {
        return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
    }
    catch {
        return undefined;
    }
}
function temporaryKeysIn(value, issuedAtMs) {
    const credentials = fieldOf(value, 'credentials');
    const text = (name) => textIn(credentials, name) ?? '';
    const accessKey = text('access_key_id');
    const secretKey = text('secret_access_key');
    const securityToken = text('security_token');
    const expiresAtMs = Date.parse(text('expiration'));
    const areUsable = [accessKey, secretKey, securityToken].every(secret => /^[\x21-\x7e]+$/.test(secret));
    return areUsable && !Number.isNaN(expiresAtMs)
        ? { accessKey, secretKey, securityToken, expiresAtMs, issuedAtMs }
        : undefined;
}
function textIn(value, name) {
    const field = fieldOf(value, name);
    return typeof field === 'string' ? field : undefined;
}
function fieldOf(value, name) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
        return undefined;
    return value[name];
}

;// CONCATENATED MODULE: ./src/credentials/temporary-keys.ts




const MAX_MARGIN_MS = 5 * 60_000;
const MAX_EXPIRED_EXCHANGES = 2;
class KeylessCredentials {
    #options;
    #tools;
    #keys;
    #exchange;
    #marginMs = 0;
    #expiredInARow = 0;
    #serviceAheadMs = 0;
    constructor(options, tools) {
        this.#options = options;
        this.#tools = tools;
    }
    async authorize(request, signal) {
        const result = await this.#current(signal);
        if (!result.ok)
            return result;
        const keys = { ...result.value, projectId: this.#options.projectId };
        return { ok: true, headers: signedHeaders(request, keys, this.#tools) };
    }
    refused({ status, headers }, request) {
        if (status !== 401)
            return { isRenewable: false, remedy: memberRemedy(this.#options.agency) };
        this.#setClock(serviceTimeMs(headers));
        const isOfCurrentKeys = this.#keys?.securityToken === request.headers['X-Security-Token'];
        const isRenewable = !isOfCurrentKeys || !this.#areValid(this.#keys);
        if (isOfCurrentKeys && isRenewable)
            this.#keys = undefined;
        return { isRenewable, remedy: [afterClockRemedy(REFUSED_REMEDY, headers, this.#tools.nowMs())] };
    }
    async #current(signal) {
        const keys = this.#keys;
        if (this.#areValid(keys, this.#marginMs))
            return { ok: true, value: keys };
        this.#exchange ??= this.#renew(signal).finally(() => {
            this.#exchange = undefined;
        });
        const result = await this.#exchange;
        return !result.ok && result.error.isGivenUp === true && !signal.aborted ? this.#current(signal) : result;
    }
    async #renew(signal) {
        const { agency, job } = this.#options;
        const old = this.#keys;
        const maxTries = this.#areValid(old) ? 1 : MAX_TRIES;
        const exchange = await exchangeToken(agency, job, this.#tools, { maxTries, signal });
        if (!exchange.ok) {
            const mayUseOld = exchange.error.reason !== 'unauthorized' && this.#areValid(old);
            return mayUseOld ? { ok: true, value: old } : exchange;
        }
        const keys = exchange.value;
        this.#setClock(keys.issuedAtMs);
        this.#expiredInARow = this.#areValid(keys) ? 0 : this.#expiredInARow + 1;
        const until = formatTime(keys.expiresAtMs);
        if (this.#expiredInARow >= MAX_EXPIRED_EXCHANGES)
            return lastingError('invalid_response', `the security token service (STS) returned keys that had already expired, twice in a row (${until})`, 'check sts_endpoint and the clock of this machine');
        this.#keys = keys;
        this.#marginMs = Math.min(MAX_MARGIN_MS, this.#lifetimeMs(keys) / 2);
        this.#tools.log.info(message `The OIDC token of the job was exchanged for temporary keys of ${agency.agencyUrn}, valid until ${until}`);
        return { ok: true, value: keys };
    }
    #areValid(keys, marginMs = 0) {
        return keys !== undefined && this.#lifetimeMs(keys) > marginMs;
    }
    #lifetimeMs({ expiresAtMs }) {
        return expiresAtMs - this.#tools.nowMs() - this.#serviceAheadMs;
    }
    #setClock(serviceMs) {
        if (serviceMs !== undefined)
            this.#serviceAheadMs = serviceMs - this.#tools.nowMs();
    }
}
const REFUSED_REMEDY = 'check region, and that the agency belongs to the account of the build task; ' +
    'the step does not try again, because repeated failures lock keys';
function memberRemedy({ agencyUrn }) {
    return message `give ${agencyUrn} a role in the CodeArts project that may view the build task; where CodeArts does not accept an agency as a member, use access_key and secret_key of an IAM user who is one`;
}

;// CONCATENATED MODULE: ./src/credentials/credentials.ts


function tokenCredentials(token) {
    return {
        authorize: () => Promise.resolve({ ok: true, headers: { 'X-Auth-Token': token } }),
        refused: () => ({ isRenewable: false }),
    };
}
function createCredentials(choice, tools) {
    switch (choice.kind) {
        case 'token':
            return tokenCredentials(choice.token);
        case 'access_keys':
            return accessKeyCredentials(choice.keys, choice.source, tools);
        case 'keyless':
            return new KeylessCredentials(choice, tools);
    }
}

;// CONCATENATED MODULE: external "node:stream"
const external_node_stream_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream");
;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
// EXTERNAL MODULE: ./src/util/errors.ts
var util_errors = __nccwpck_require__(17);
;// CONCATENATED MODULE: ./src/http/network-errors.ts



class NetworkFailure extends Error {
    error;
    constructor(error) {
        super('network error');
        this.error = error;
    }
}
function connectionCut() {
    return Object.assign(new Error('the connection was cut'), { code: 'ECONNRESET' });
}
const CANCELLED = {
    kind: 'cancelled',
    message: ['the request was cancelled'],
    retryable: false,
};
function networkErrorOf(thrown, peer, hasAnswered) {
    if (thrown instanceof NetworkFailure)
        return thrown.error;
    const code = (0,util_errors/* codeOf */.$N)(thrown);
    return (lookupError(code, peer) ??
        certificateError(thrown, code, peer) ??
        tlsError(thrown, code, peer, hasAnswered) ??
        httpError(code) ??
        connectionError(thrown, code, peer));
}
function nameOf({ host, isProxy }) {
    return isProxy ? `the proxy ${host}` : host;
}
function lookupError(code, peer) {
    if (!/^(ENOTFOUND|ENODATA|EAI_[A-Z]+)$/.test(code))
        return undefined;
    const name = peer.isProxy
        ? `the host name of the proxy ${peer.host}`
        : `the host name ${peer.host.replace(/:\d+$/, '')}`;
    return { kind: 'no_host', message: message `${name} could not be resolved (${code})`, retryable: true };
}
const CERTIFICATE_KINDS = [
    [/^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/, 'certificate_dates'],
    [/^(ERR_TLS_CERT_ALTNAME_(INVALID|FORMAT)|HOSTNAME_MISMATCH)$/, 'certificate_host'],
    [
        /^(UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE)$/,
        'certificate_issuer',
    ],
    [/^(CERT_|CRL_|ERROR_IN_C|UNABLE_TO_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_)/, 'certificate'],
];
function certificateError(thrown, code, peer) {
    const kind = CERTIFICATE_KINDS.find(([pattern]) => pattern.test(code))?.[1];
    if (kind === undefined)
        return undefined;
    const refused = message `the certificate of ${nameOf(peer)} was refused (${code}: ${quote((0,util_errors/* messageOf */.bD)(thrown))})`;
    const unusable = kind === 'certificate_issuer' ? unusableExtraCertificates() : undefined;
    if (unusable === undefined)
        return { kind, message: refused, retryable: false };
    return { kind: 'certificate_file', message: message `${refused}, and ${unusable}`, retryable: false };
}
function unusableExtraCertificates() {
    const path = process.env['NODE_EXTRA_CA_CERTS'] ?? '';
    if (path === '')
        return undefined;
    const named = message `NODE_EXTRA_CA_CERTS names ${quote(path)}, which`;
    try {
        if (!(0,external_node_fs_namespaceObject.statSync)(path).isFile())
            return message `${named} is not a file`;
        const hasCertificate = /-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/.test((0,external_node_fs_namespaceObject.readFileSync)(path, 'latin1'));
        return hasCertificate ? undefined : message `${named} has no certificate in PEM form`;
    }
    catch (error) {
        return message `${named} could not be read (${(0,util_errors/* codeOf */.$N)(error)})`;
    }
}
function tlsError(thrown, code, peer, retryable) {
    if (code !== 'EPROTO' && !/^ERR_(SSL|OSSL|TLS)_/.test(code))
        return undefined;
    const words = /:error:[0-9a-f]+:[^:]*:[^:]*:([^:]+)/i.exec((0,util_errors/* messageOf */.bD)(thrown))?.[1] ?? (0,util_errors/* messageOf */.bD)(thrown);
    const failed = message `the TLS connection to ${nameOf(peer)} failed (${quote(words)})`;
    return { kind: 'tls', message: failed, retryable };
}
function httpError(code) {
    if (code === 'HPE_HEADER_OVERFLOW') {
        const words = 'the headers of the answer are too large (HPE_HEADER_OVERFLOW)';
        return { kind: 'malformed', message: [words], retryable: false };
    }
    if (!code.startsWith('HPE_'))
        return undefined;
    return { kind: 'malformed', message: [`the answer is not HTTP (${code})`], retryable: true };
}
function connectionError(thrown, code, peer) {
    if (['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code)) {
        const connection = peer.isProxy ? `the connection to ${nameOf(peer)}` : 'the connection';
        const words = `${connection} was cut before the answer was complete (${code})`;
        return { kind: 'cut', message: [words], retryable: true };
    }
    return { kind: 'no_connection', message: unconnected(thrown, code, nameOf(peer)), retryable: true };
}
function unconnected(thrown, code, name) {
    const errors = errorsIn(thrown);
    if (errors.length > 0) {
        const addresses = errors.map(error => unconnected(error, (0,util_errors/* codeOf */.$N)(error), (0,util_errors/* textOf */.b6)(error, 'address') ?? 'one address'));
        return message `no address of ${name} could be reached: ${joined(addresses, ', ')}`;
    }
    if (code === 'ECONNREFUSED')
        return [`${name} refused the connection (${code})`];
    if (code === 'ETIMEDOUT')
        return [`${name} did not answer in time (${code})`];
    if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH')
        return [`this machine has no route to ${name} (${code})`];
    return message `the connection to ${name} failed (${code === '' ? quote((0,util_errors/* messageOf */.bD)(thrown)) : code})`;
}
function errorsIn(thrown) {
    const hasErrors = typeof thrown === 'object' && thrown !== null && 'errors' in thrown;
    return hasErrors && Array.isArray(thrown.errors) ? thrown.errors : [];
}

;// CONCATENATED MODULE: external "node:http"
const external_node_http_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");
;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:https");
;// CONCATENATED MODULE: external "http"
const external_http_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("http");
var external_http_namespaceObject_0 = /*#__PURE__*/__nccwpck_require__.t(external_http_namespaceObject, 2);
;// CONCATENATED MODULE: external "https"
const external_https_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("https");
var external_https_namespaceObject_0 = /*#__PURE__*/__nccwpck_require__.t(external_https_namespaceObject, 2);
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/proxy.js
function getProxyUrl(reqUrl) {
    const usingSsl = reqUrl.protocol === 'https:';
    if (checkBypass(reqUrl)) {
        return undefined;
    }
    const proxyVar = (() => {
        if (usingSsl) {
            return process.env['https_proxy'] || process.env['HTTPS_PROXY'];
        }
        else {
            return process.env['http_proxy'] || process.env['HTTP_PROXY'];
        }
    })();
    if (proxyVar) {
        try {
            return new DecodedURL(proxyVar);
        }
        catch (_a) {
            if (!proxyVar.startsWith('http://') && !proxyVar.startsWith('https://'))
                return new DecodedURL(`http://${proxyVar}`);
        }
    }
    else {
        return undefined;
    }
}
function checkBypass(reqUrl) {
    if (!reqUrl.hostname) {
        return false;
    }
    const reqHost = reqUrl.hostname;
    if (isLoopbackAddress(reqHost)) {
        return true;
    }
    const noProxy = process.env['no_proxy'] || process.env['NO_PROXY'] || '';
    if (!noProxy) {
        return false;
    }
    // Determine the request port
    let reqPort;
    if (reqUrl.port) {
        reqPort = Number(reqUrl.port);
    }
    else if (reqUrl.protocol === 'http:') {
        reqPort = 80;
    }
    else if (reqUrl.protocol === 'https:') {
        reqPort = 443;
    }
    // Format the request hostname and hostname with port
    const upperReqHosts = [reqUrl.hostname.toUpperCase()];
    if (typeof reqPort === 'number') {
        upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
    }
    // Compare request host against noproxy
    for (const upperNoProxyItem of noProxy
        .split(',')
        .map(x => x.trim().toUpperCase())
        .filter(x => x)) {
        if (upperNoProxyItem === '*' ||
            upperReqHosts.some(x => x === upperNoProxyItem ||
                x.endsWith(`.${upperNoProxyItem}`) ||
                (upperNoProxyItem.startsWith('.') &&
                    x.endsWith(`${upperNoProxyItem}`)))) {
            return true;
        }
    }
    return false;
}
function isLoopbackAddress(host) {
    const hostLower = host.toLowerCase();
    return (hostLower === 'localhost' ||
        hostLower.startsWith('127.') ||
        hostLower.startsWith('[::1]') ||
        hostLower.startsWith('[0:0:0:0:0:0:0:1]'));
}
class DecodedURL extends URL {
    constructor(url, base) {
        super(url, base);
        this._decodedUsername = decodeURIComponent(super.username);
        this._decodedPassword = decodeURIComponent(super.password);
    }
    get username() {
        return this._decodedUsername;
    }
    get password() {
        return this._decodedPassword;
    }
}
//# sourceMappingURL=proxy.js.map
;// CONCATENATED MODULE: ./tools/stubs/tunnel/index.js
// Takes the place of tunnel (`overrides` in package.json), 9 KB and the module `assert` of Node. Behind a proxy
// @actions/http-client makes an agent with it for every request, which the gate replaces by its own (src/http/tunnel-agent.ts).
// So nothing throws here. A request that is sent with this one after all fails: Node takes no plain object for an agent.
const noAgent = () => ({})



;// CONCATENATED MODULE: ./tools/stubs/undici/index.js
// Takes the place of undici (`overrides` in package.json), 0.9 MB and 17 ms of every run. @actions/http-client imports it for
// getAgentDispatcher() alone, which the gate does not call. Known upstream as https://github.com/actions/toolkit/issues/1621,
// https://github.com/actions/toolkit/issues/1697 and https://github.com/actions/toolkit/issues/1800.
function ProxyAgent() {
  throw new Error('undici is not part of this action: tools/stubs/undici takes its place')
}

;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/index.js
/* eslint-disable @typescript-eslint/no-explicit-any */
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};





var HttpCodes;
(function (HttpCodes) {
    HttpCodes[HttpCodes["OK"] = 200] = "OK";
    HttpCodes[HttpCodes["MultipleChoices"] = 300] = "MultipleChoices";
    HttpCodes[HttpCodes["MovedPermanently"] = 301] = "MovedPermanently";
    HttpCodes[HttpCodes["ResourceMoved"] = 302] = "ResourceMoved";
    HttpCodes[HttpCodes["SeeOther"] = 303] = "SeeOther";
    HttpCodes[HttpCodes["NotModified"] = 304] = "NotModified";
    HttpCodes[HttpCodes["UseProxy"] = 305] = "UseProxy";
    HttpCodes[HttpCodes["SwitchProxy"] = 306] = "SwitchProxy";
    HttpCodes[HttpCodes["TemporaryRedirect"] = 307] = "TemporaryRedirect";
    HttpCodes[HttpCodes["PermanentRedirect"] = 308] = "PermanentRedirect";
    HttpCodes[HttpCodes["BadRequest"] = 400] = "BadRequest";
    HttpCodes[HttpCodes["Unauthorized"] = 401] = "Unauthorized";
    HttpCodes[HttpCodes["PaymentRequired"] = 402] = "PaymentRequired";
    HttpCodes[HttpCodes["Forbidden"] = 403] = "Forbidden";
    HttpCodes[HttpCodes["NotFound"] = 404] = "NotFound";
    HttpCodes[HttpCodes["MethodNotAllowed"] = 405] = "MethodNotAllowed";
    HttpCodes[HttpCodes["NotAcceptable"] = 406] = "NotAcceptable";
    HttpCodes[HttpCodes["ProxyAuthenticationRequired"] = 407] = "ProxyAuthenticationRequired";
    HttpCodes[HttpCodes["RequestTimeout"] = 408] = "RequestTimeout";
    HttpCodes[HttpCodes["Conflict"] = 409] = "Conflict";
    HttpCodes[HttpCodes["Gone"] = 410] = "Gone";
    HttpCodes[HttpCodes["TooManyRequests"] = 429] = "TooManyRequests";
    HttpCodes[HttpCodes["InternalServerError"] = 500] = "InternalServerError";
    HttpCodes[HttpCodes["NotImplemented"] = 501] = "NotImplemented";
    HttpCodes[HttpCodes["BadGateway"] = 502] = "BadGateway";
    HttpCodes[HttpCodes["ServiceUnavailable"] = 503] = "ServiceUnavailable";
    HttpCodes[HttpCodes["GatewayTimeout"] = 504] = "GatewayTimeout";
})(HttpCodes || (HttpCodes = {}));
var Headers;
(function (Headers) {
    Headers["Accept"] = "accept";
    Headers["ContentType"] = "content-type";
})(Headers || (Headers = {}));
var MediaTypes;
(function (MediaTypes) {
    MediaTypes["ApplicationJson"] = "application/json";
})(MediaTypes || (MediaTypes = {}));
/**
 * Returns the proxy URL, depending upon the supplied url and proxy environment variables.
 * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
 */
function lib_getProxyUrl(serverUrl) {
    const proxyUrl = pm.getProxyUrl(new URL(serverUrl));
    return proxyUrl ? proxyUrl.href : '';
}
const HttpRedirectCodes = [
    HttpCodes.MovedPermanently,
    HttpCodes.ResourceMoved,
    HttpCodes.SeeOther,
    HttpCodes.TemporaryRedirect,
    HttpCodes.PermanentRedirect
];
const HttpResponseRetryCodes = [
    HttpCodes.BadGateway,
    HttpCodes.ServiceUnavailable,
    HttpCodes.GatewayTimeout
];
const RetryableHttpVerbs = ['OPTIONS', 'GET', 'DELETE', 'HEAD'];
const ExponentialBackoffCeiling = 10;
const ExponentialBackoffTimeSlice = 5;
class HttpClientError extends Error {
    constructor(message, statusCode) {
        super(message);
        this.name = 'HttpClientError';
        this.statusCode = statusCode;
        Object.setPrototypeOf(this, HttpClientError.prototype);
    }
}
class HttpClientResponse {
    constructor(message) {
        this.message = message;
    }
    readBody() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                let output = Buffer.alloc(0);
                this.message.on('data', (chunk) => {
                    output = Buffer.concat([output, chunk]);
                });
                this.message.on('end', () => {
                    resolve(output.toString());
                });
            }));
        });
    }
    readBodyBuffer() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                const chunks = [];
                this.message.on('data', (chunk) => {
                    chunks.push(chunk);
                });
                this.message.on('end', () => {
                    resolve(Buffer.concat(chunks));
                });
            }));
        });
    }
}
function isHttps(requestUrl) {
    const parsedUrl = new URL(requestUrl);
    return parsedUrl.protocol === 'https:';
}
class HttpClient {
    constructor(userAgent, handlers, requestOptions) {
        this._ignoreSslError = false;
        this._allowRedirects = true;
        this._allowRedirectDowngrade = false;
        this._maxRedirects = 50;
        this._allowRetries = false;
        this._maxRetries = 1;
        this._keepAlive = false;
        this._disposed = false;
        this.userAgent = this._getUserAgentWithOrchestrationId(userAgent);
        this.handlers = handlers || [];
        this.requestOptions = requestOptions;
        if (requestOptions) {
            if (requestOptions.ignoreSslError != null) {
                this._ignoreSslError = requestOptions.ignoreSslError;
            }
            this._socketTimeout = requestOptions.socketTimeout;
            if (requestOptions.allowRedirects != null) {
                this._allowRedirects = requestOptions.allowRedirects;
            }
            if (requestOptions.allowRedirectDowngrade != null) {
                this._allowRedirectDowngrade = requestOptions.allowRedirectDowngrade;
            }
            if (requestOptions.maxRedirects != null) {
                this._maxRedirects = Math.max(requestOptions.maxRedirects, 0);
            }
            if (requestOptions.keepAlive != null) {
                this._keepAlive = requestOptions.keepAlive;
            }
            if (requestOptions.allowRetries != null) {
                this._allowRetries = requestOptions.allowRetries;
            }
            if (requestOptions.maxRetries != null) {
                this._maxRetries = requestOptions.maxRetries;
            }
        }
    }
    options(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('OPTIONS', requestUrl, null, additionalHeaders || {});
        });
    }
    get(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('GET', requestUrl, null, additionalHeaders || {});
        });
    }
    del(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('DELETE', requestUrl, null, additionalHeaders || {});
        });
    }
    post(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('POST', requestUrl, data, additionalHeaders || {});
        });
    }
    patch(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PATCH', requestUrl, data, additionalHeaders || {});
        });
    }
    put(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PUT', requestUrl, data, additionalHeaders || {});
        });
    }
    head(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('HEAD', requestUrl, null, additionalHeaders || {});
        });
    }
    sendStream(verb, requestUrl, stream, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request(verb, requestUrl, stream, additionalHeaders);
        });
    }
    /**
     * Gets a typed object from an endpoint
     * Be aware that not found returns a null.  Other errors (4xx, 5xx) reject the promise
     */
    getJson(requestUrl_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, additionalHeaders = {}) {
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            const res = yield this.get(requestUrl, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    postJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.post(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    putJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.put(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    patchJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.patch(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    /**
     * Makes a raw http request.
     * All other methods such as get, post, patch, and request ultimately call this.
     * Prefer get, del, post and patch
     */
    request(verb, requestUrl, data, headers) {
        return __awaiter(this, void 0, void 0, function* () {
            if (this._disposed) {
                throw new Error('Client has already been disposed.');
            }
            const parsedUrl = new URL(requestUrl);
            let info = this._prepareRequest(verb, parsedUrl, headers);
            // Only perform retries on reads since writes may not be idempotent.
            const maxTries = this._allowRetries && RetryableHttpVerbs.includes(verb)
                ? this._maxRetries + 1
                : 1;
            let numTries = 0;
            let response;
            do {
                response = yield this.requestRaw(info, data);
                // Check if it's an authentication challenge
                if (response &&
                    response.message &&
                    response.message.statusCode === HttpCodes.Unauthorized) {
                    let authenticationHandler;
                    for (const handler of this.handlers) {
                        if (handler.canHandleAuthentication(response)) {
                            authenticationHandler = handler;
                            break;
                        }
                    }
                    if (authenticationHandler) {
                        return authenticationHandler.handleAuthentication(this, info, data);
                    }
                    else {
                        // We have received an unauthorized response but have no handlers to handle it.
                        // Let the response return to the caller.
                        return response;
                    }
                }
                let redirectsRemaining = this._maxRedirects;
                while (response.message.statusCode &&
                    HttpRedirectCodes.includes(response.message.statusCode) &&
                    this._allowRedirects &&
                    redirectsRemaining > 0) {
                    const redirectUrl = response.message.headers['location'];
                    if (!redirectUrl) {
                        // if there's no location to redirect to, we won't
                        break;
                    }
                    const parsedRedirectUrl = new URL(redirectUrl);
                    if (parsedUrl.protocol === 'https:' &&
                        parsedUrl.protocol !== parsedRedirectUrl.protocol &&
                        !this._allowRedirectDowngrade) {
                        throw new Error('Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.');
                    }
                    // we need to finish reading the response before reassigning response
                    // which will leak the open socket.
                    yield response.readBody();
                    // strip authorization header if redirected to a different hostname
                    if (parsedRedirectUrl.hostname !== parsedUrl.hostname) {
                        for (const header in headers) {
                            // header names are case insensitive
                            if (header.toLowerCase() === 'authorization') {
                                delete headers[header];
                            }
                        }
                    }
                    // let's make the request with the new redirectUrl
                    info = this._prepareRequest(verb, parsedRedirectUrl, headers);
                    response = yield this.requestRaw(info, data);
                    redirectsRemaining--;
                }
                if (!response.message.statusCode ||
                    !HttpResponseRetryCodes.includes(response.message.statusCode)) {
                    // If not a retry code, return immediately instead of retrying
                    return response;
                }
                numTries += 1;
                if (numTries < maxTries) {
                    yield response.readBody();
                    yield this._performExponentialBackoff(numTries);
                }
            } while (numTries < maxTries);
            return response;
        });
    }
    /**
     * Needs to be called if keepAlive is set to true in request options.
     */
    dispose() {
        if (this._agent) {
            this._agent.destroy();
        }
        this._disposed = true;
    }
    /**
     * Raw request.
     * @param info
     * @param data
     */
    requestRaw(info, data) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => {
                function callbackForResult(err, res) {
                    if (err) {
                        reject(err);
                    }
                    else if (!res) {
                        // If `err` is not passed, then `res` must be passed.
                        reject(new Error('Unknown error'));
                    }
                    else {
                        resolve(res);
                    }
                }
                this.requestRawWithCallback(info, data, callbackForResult);
            });
        });
    }
    /**
     * Raw request with callback.
     * @param info
     * @param data
     * @param onResult
     */
    requestRawWithCallback(info, data, onResult) {
        if (typeof data === 'string') {
            if (!info.options.headers) {
                info.options.headers = {};
            }
            info.options.headers['Content-Length'] = Buffer.byteLength(data, 'utf8');
        }
        let callbackCalled = false;
        function handleResult(err, res) {
            if (!callbackCalled) {
                callbackCalled = true;
                onResult(err, res);
            }
        }
        const req = info.httpModule.request(info.options, (msg) => {
            const res = new HttpClientResponse(msg);
            handleResult(undefined, res);
        });
        let socket;
        req.on('socket', sock => {
            socket = sock;
        });
        // If we ever get disconnected, we want the socket to timeout eventually
        req.setTimeout(this._socketTimeout || 3 * 60000, () => {
            if (socket) {
                socket.end();
            }
            handleResult(new Error(`Request timeout: ${info.options.path}`));
        });
        req.on('error', function (err) {
            // err has statusCode property
            // res should have headers
            handleResult(err);
        });
        if (data && typeof data === 'string') {
            req.write(data, 'utf8');
        }
        if (data && typeof data !== 'string') {
            data.on('close', function () {
                req.end();
            });
            data.pipe(req);
        }
        else {
            req.end();
        }
    }
    /**
     * Gets an http agent. This function is useful when you need an http agent that handles
     * routing through a proxy server - depending upon the url and proxy environment variables.
     * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
     */
    getAgent(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        return this._getAgent(parsedUrl);
    }
    getAgentDispatcher(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        const proxyUrl = getProxyUrl(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (!useProxy) {
            return;
        }
        return this._getProxyAgentDispatcher(parsedUrl, proxyUrl);
    }
    _prepareRequest(method, requestUrl, headers) {
        const info = {};
        info.parsedUrl = requestUrl;
        const usingSsl = info.parsedUrl.protocol === 'https:';
        info.httpModule = usingSsl ? external_https_namespaceObject_0 : external_http_namespaceObject_0;
        const defaultPort = usingSsl ? 443 : 80;
        info.options = {};
        info.options.host = info.parsedUrl.hostname;
        info.options.port = info.parsedUrl.port
            ? parseInt(info.parsedUrl.port)
            : defaultPort;
        info.options.path =
            (info.parsedUrl.pathname || '') + (info.parsedUrl.search || '');
        info.options.method = method;
        info.options.headers = this._mergeHeaders(headers);
        if (this.userAgent != null) {
            info.options.headers['user-agent'] = this.userAgent;
        }
        info.options.agent = this._getAgent(info.parsedUrl);
        // gives handlers an opportunity to participate
        if (this.handlers) {
            for (const handler of this.handlers) {
                handler.prepareRequest(info.options);
            }
        }
        return info;
    }
    _mergeHeaders(headers) {
        if (this.requestOptions && this.requestOptions.headers) {
            return Object.assign({}, lowercaseKeys(this.requestOptions.headers), lowercaseKeys(headers || {}));
        }
        return lowercaseKeys(headers || {});
    }
    /**
     * Gets an existing header value or returns a default.
     * Handles converting number header values to strings since HTTP headers must be strings.
     * Note: This returns string | string[] since some headers can have multiple values.
     * For headers that must always be a single string (like Content-Type), use the
     * specialized _getExistingOrDefaultContentTypeHeader method instead.
     */
    _getExistingOrDefaultHeader(additionalHeaders, header, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[header];
            if (headerValue) {
                clientHeader =
                    typeof headerValue === 'number' ? headerValue.toString() : headerValue;
            }
        }
        const additionalValue = additionalHeaders[header];
        if (additionalValue !== undefined) {
            return typeof additionalValue === 'number'
                ? additionalValue.toString()
                : additionalValue;
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    /**
     * Specialized version of _getExistingOrDefaultHeader for Content-Type header.
     * Always returns a single string (not an array) since Content-Type should be a single value.
     * Converts arrays to comma-separated strings and numbers to strings to ensure type safety.
     * This was split from _getExistingOrDefaultHeader to provide stricter typing for callers
     * that assign the result to places expecting a string (e.g., additionalHeaders[Headers.ContentType]).
     */
    _getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[Headers.ContentType];
            if (headerValue) {
                if (typeof headerValue === 'number') {
                    clientHeader = String(headerValue);
                }
                else if (Array.isArray(headerValue)) {
                    clientHeader = headerValue.join(', ');
                }
                else {
                    clientHeader = headerValue;
                }
            }
        }
        const additionalValue = additionalHeaders[Headers.ContentType];
        // Return the first non-undefined value, converting numbers or arrays to strings if necessary
        if (additionalValue !== undefined) {
            if (typeof additionalValue === 'number') {
                return String(additionalValue);
            }
            else if (Array.isArray(additionalValue)) {
                return additionalValue.join(', ');
            }
            else {
                return additionalValue;
            }
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    _getAgent(parsedUrl) {
        let agent;
        const proxyUrl = getProxyUrl(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (this._keepAlive && useProxy) {
            agent = this._proxyAgent;
        }
        if (!useProxy) {
            agent = this._agent;
        }
        // if agent is already assigned use that agent.
        if (agent) {
            return agent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        let maxSockets = 100;
        if (this.requestOptions) {
            maxSockets = this.requestOptions.maxSockets || external_http_namespaceObject.globalAgent.maxSockets;
        }
        // This is `useProxy` again, but we need to check `proxyURl` directly for TypeScripts's flow analysis.
        if (proxyUrl && proxyUrl.hostname) {
            const agentOptions = {
                maxSockets,
                keepAlive: this._keepAlive,
                proxy: Object.assign(Object.assign({}, ((proxyUrl.username || proxyUrl.password) && {
                    proxyAuth: `${proxyUrl.username}:${proxyUrl.password}`
                })), { host: proxyUrl.hostname, port: proxyUrl.port })
            };
            let tunnelAgent;
            const overHttps = proxyUrl.protocol === 'https:';
            if (usingSsl) {
                tunnelAgent = overHttps ? noAgent : noAgent;
            }
            else {
                tunnelAgent = overHttps ? noAgent : noAgent;
            }
            agent = tunnelAgent(agentOptions);
            this._proxyAgent = agent;
        }
        // if tunneling agent isn't assigned create a new agent
        if (!agent) {
            const options = { keepAlive: this._keepAlive, maxSockets };
            agent = usingSsl ? new external_https_namespaceObject.Agent(options) : new external_http_namespaceObject.Agent(options);
            this._agent = agent;
        }
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            agent.options = Object.assign(agent.options || {}, {
                rejectUnauthorized: false
            });
        }
        return agent;
    }
    _getProxyAgentDispatcher(parsedUrl, proxyUrl) {
        let proxyAgent;
        if (this._keepAlive) {
            proxyAgent = this._proxyAgentDispatcher;
        }
        // if agent is already assigned use that agent.
        if (proxyAgent) {
            return proxyAgent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        proxyAgent = new ProxyAgent(Object.assign({ uri: proxyUrl.href, pipelining: !this._keepAlive ? 0 : 1 }, ((proxyUrl.username || proxyUrl.password) && {
            token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString('base64')}`
        })));
        this._proxyAgentDispatcher = proxyAgent;
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            proxyAgent.options = Object.assign(proxyAgent.options.requestTls || {}, {
                rejectUnauthorized: false
            });
        }
        return proxyAgent;
    }
    _getUserAgentWithOrchestrationId(userAgent) {
        const baseUserAgent = userAgent || 'actions/http-client';
        const orchId = process.env['ACTIONS_ORCHESTRATION_ID'];
        if (orchId) {
            // Sanitize the orchestration ID to ensure it contains only valid characters
            // Valid characters: 0-9, a-z, _, -, .
            const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, '_');
            return `${baseUserAgent} actions_orchestration_id/${sanitizedId}`;
        }
        return baseUserAgent;
    }
    _performExponentialBackoff(retryNumber) {
        return __awaiter(this, void 0, void 0, function* () {
            retryNumber = Math.min(ExponentialBackoffCeiling, retryNumber);
            const ms = ExponentialBackoffTimeSlice * Math.pow(2, retryNumber);
            return new Promise(resolve => setTimeout(() => resolve(), ms));
        });
    }
    _processResponse(res, options) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => __awaiter(this, void 0, void 0, function* () {
                const statusCode = res.message.statusCode || 0;
                const response = {
                    statusCode,
                    result: null,
                    headers: {}
                };
                // not found leads to null obj returned
                if (statusCode === HttpCodes.NotFound) {
                    resolve(response);
                }
                // get the result from the body
                function dateTimeDeserializer(key, value) {
                    if (typeof value === 'string') {
                        const a = new Date(value);
                        if (!isNaN(a.valueOf())) {
                            return a;
                        }
                    }
                    return value;
                }
                let obj;
                let contents;
                try {
                    contents = yield res.readBody();
                    if (contents && contents.length > 0) {
                        if (options && options.deserializeDates) {
                            obj = JSON.parse(contents, dateTimeDeserializer);
                        }
                        else {
                            obj = JSON.parse(contents);
                        }
                        response.result = obj;
                    }
                    response.headers = res.message.headers;
                }
                catch (err) {
                    // Invalid resource (contents not json);  leaving result obj null
                }
                // note that 3xx redirects are handled by the http layer.
                if (statusCode > 299) {
                    let msg;
                    // if exception/error in body, attempt to get better error
                    if (obj && obj.message) {
                        msg = obj.message;
                    }
                    else if (contents && contents.length > 0) {
                        // it may be the case that the exception is in the body message as string
                        msg = contents;
                    }
                    else {
                        msg = `Failed request: (${statusCode})`;
                    }
                    const err = new HttpClientError(msg, statusCode);
                    err.result = response.result;
                    reject(err);
                }
                else {
                    resolve(response);
                }
            }));
        });
    }
}
const lowercaseKeys = (obj) => Object.keys(obj).reduce((c, k) => ((c[k.toLowerCase()] = obj[k]), c), {});
//# sourceMappingURL=index.js.map
// EXTERNAL MODULE: ./src/http/lookup.ts + 1 modules
var lookup = __nccwpck_require__(448);
;// CONCATENATED MODULE: ./src/http/proxy.ts


function proxyFor(url) {
    const named = addressFor(url);
    if (named === undefined)
        return undefined;
    const proxy = parseProxyAddress(named.address);
    if (proxy !== undefined)
        return proxy;
    const write = named.address.includes('@')
        ? 'http://user:password@host:port, with special characters in user and password percent-encoded'
        : 'http://host:port; only http:// and https:// proxies are supported';
    const words = `${named.variable} is not the address of a proxy: write it as ${write}`;
    throw new NetworkFailure({ kind: 'proxy', message: [words], retryable: false });
}
function proxySecrets(url) {
    const address = addressFor(url)?.address;
    if (address === undefined)
        return [];
    const userInfo = userInfoIn(address);
    const given = split(userInfo).password;
    const proxy = parseProxyAddress(address);
    if (proxy === undefined)
        return secretsOf(['address', userInfo], ['password', given]);
    const { password } = proxy;
    if (password === '')
        return [];
    return secretsOf(['password', given], ['password', password], ['basic', `${proxy.username}:${password}`]);
}
function basicCredentials({ username, password }) {
    return Buffer.from(`${username}:${password}`).toString('base64');
}
function parseProxyAddress(address) {
    const match = /^(?:[ \t\r\n]*(https?:\/\/)|(?!https?:))([^/\\?#\s]*)@([^@/\\?#\s]+)\/?[ \t\r\n]*$/i.exec(address);
    if (match === null && address.includes('@'))
        return undefined;
    const [, scheme = '', userInfo = '', host = address] = match ?? [];
    const url = httpUrl(scheme + host);
    const { username, password } = split(userInfo);
    const [user, secret] = [proxy_decoded(username), proxy_decoded(password)];
    if (url === undefined || user === undefined || secret === undefined)
        return undefined;
    const protocol = url.protocol === 'https:' ? 'https:' : 'http:';
    return {
        protocol,
        host: url.host,
        hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
        port: Number(url.port) || (protocol === 'https:' ? 443 : 80),
        username: user,
        password: secret,
    };
}
const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY'];
function addressFor(url) {
    if (url.protocol !== 'https:' || checkBypass(url))
        return undefined;
    const named = PROXY_VARIABLES.map(variable => ({ variable, address: process.env[variable] ?? '' }));
    return named.find(({ address }) => address !== '');
}
function httpUrl(text) {
    const written = URL.canParse(text) ? new URL(text) : undefined;
    if (written?.protocol === 'http:' || written?.protocol === 'https:')
        return written;
    const withScheme = `http://${text}`;
    return text.includes('://') || !URL.canParse(withScheme) ? undefined : new URL(withScheme);
}
function userInfoIn(address) {
    return /^\s*(?:https?:|[a-z][a-z0-9+.-]*:(?=\/\/))?[/\\]*(.*)@/is.exec(address)?.[1] ?? '';
}
function split(userInfo) {
    const colon = userInfo.indexOf(':');
    if (colon < 0)
        return { username: userInfo, password: '' };
    return { username: userInfo.slice(0, colon), password: userInfo.slice(colon + 1) };
}
function secretsOf(...secrets) {
    const values = new Map(secrets.map(([kind, value]) => [value, kind]));
    return [...values].flatMap(([value, kind]) => (value === '' ? [] : [{ kind, value }]));
}
function proxy_decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: external "node:net"
const external_node_net_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");
;// CONCATENATED MODULE: ./src/http/tunnel-agent.ts





const MAX_IDLE_MS = 5_000;
class TunnelAgent extends external_node_https_namespaceObject.Agent {
    #proxy;
    #socketOptions;
    constructor(proxy, socketOptions) {
        super({ keepAlive: true, timeout: MAX_IDLE_MS });
        this.#proxy = proxy;
        this.#socketOptions = socketOptions;
    }
    createConnection(options, connected) {
        this.#openTunnel(options).then(tunnel => {
            const secure = super.createConnection(Object.assign({}, options, { timeout: undefined, socket: tunnel }));
            if (!secure)
                return;
            options.onTunnel(secure);
            connected(null, secure);
        }, (error) => {
            ;
            connected(error);
        });
    }
    #openTunnel(options) {
        return new Promise((resolve, reject) => {
            const connect = this.#connect(options);
            const fail = (words, retryable) => {
                const message = [`the proxy ${this.#proxy.host} ${words}`];
                reject(new NetworkFailure({ kind: 'proxy', message, retryable }));
            };
            connect.once('connect', ({ statusCode = 0 }, socket, early) => {
                const isOpen = statusCode >= 200 && statusCode <= 299;
                if (isOpen && early.length === 0) {
                    resolve(socket);
                    return;
                }
                socket.destroy();
                if (isOpen)
                    fail('sent data of its own through the tunnel', true);
                else
                    fail(`refused the tunnel (HTTP ${statusCode})`, statusCode >= 500);
            });
            connect.on('error', error => {
                reject(new NetworkFailure(this.#errorOf(error, options.hasAnswered)));
            });
            connect.end();
        });
    }
    #connect({ host, port, connectSignal }) {
        const { protocol, hostname, port: proxyPort, username, password } = this.#proxy;
        const target = `${bracketed(host ?? '')}:${port ?? ''}`;
        const basic = { 'Proxy-Authorization': `Basic ${basicCredentials(this.#proxy)}` };
        const options = {
            ...this.#socketOptions,
            method: 'CONNECT',
            host: hostname,
            port: proxyPort,
            path: target,
            headers: { Host: target, ...(username + password === '' ? {} : basic) },
            agent: false,
            signal: connectSignal,
        };
        if (protocol === 'http:')
            return (0,external_node_http_namespaceObject.request)(options);
        return (0,external_node_https_namespaceObject.request)({ ...options, servername: (0,external_node_net_namespaceObject.isIP)(hostname) === 0 ? hostname : '' });
    }
    #errorOf(thrown, hasAnswered) {
        const error = networkErrorOf(thrown, { host: this.#proxy.host, isProxy: true }, hasAnswered);
        return /^(certificate|tls)/.test(error.kind) ? error : { ...error, kind: 'proxy' };
    }
}
function bracketed(host) {
    return (0,external_node_net_namespaceObject.isIP)(host) === 6 ? `[${host}]` : host;
}

;// CONCATENATED MODULE: ./src/http/origin.ts







const origin_MAX_IDLE_MS = 60_000;
const MAX_BYTES_AHEAD = 256 * 1024;
class Origin {
    proxy;
    hasAnswered = false;
    #client;
    #isSecure;
    #socketOptions;
    #agent;
    #onConnection = () => undefined;
    constructor(url, userAgent, addressTimeoutMs) {
        this.proxy = proxyFor(url);
        this.#isSecure = url.protocol === 'https:';
        this.#client = new HttpClient(userAgent, [], {
            allowRedirects: false,
            allowRetries: false,
            keepAlive: true,
        });
        this.#client.userAgent = userAgent;
        this.#socketOptions = {
            lookup: lookup/* countedLookup */.Z,
            autoSelectFamily: true,
            autoSelectFamilyAttemptTimeout: addressTimeoutMs,
            rejectUnauthorized: true,
        };
        this.#agent = this.#createAgent();
    }
    get hasIdleConnection() {
        return Object.keys(this.#agent.freeSockets).length > 0;
    }
    async send({ method, url, headers, body }, { signal, onTunnel, onSending }) {
        const agent = method === 'POST' ? this.#createAgent() : this.#agent;
        const watch = watchConnection();
        const onConnection = (connection, isKept) => {
            watch.begin(connection);
            if (isKept)
                onSending();
            else
                connection.once(this.#isSecure ? 'secureConnect' : 'connect', onSending);
        };
        const prepareRequest = (options) => {
            const own = {
                ...this.#socketOptions,
                agent,
                host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
                signal,
                connectSignal: signal,
                onTunnel: secure => {
                    onTunnel();
                    onConnection(secure, false);
                },
                hasAnswered: this.hasAnswered,
            };
            Object.assign(options, own);
        };
        this.#onConnection = onConnection;
        this.#client.handlers = [
            {
                prepareRequest,
                canHandleAuthentication: () => false,
                handleAuthentication: () => Promise.reject(new Error()),
            },
        ];
        const response = this.#client.request(method, url.href, body ?? null, {
            ...headers,
            'Accept-Encoding': 'identity',
        });
        const { message } = await Promise.race([response, watch.failed]);
        watch.end();
        this.hasAnswered = true;
        if (method === 'POST')
            message.once('close', () => {
                agent.destroy();
            });
        return message;
    }
    #createAgent() {
        const agent = this.#createAgentOfKind();
        const reuseSocket = agent.reuseSocket.bind(agent);
        agent.reuseSocket = (connection, request) => {
            reuseSocket(connection, request);
            this.#onConnection(connection, true);
        };
        if (this.proxy !== undefined)
            return agent;
        const createConnection = agent.createConnection.bind(agent);
        agent.createConnection = (options, connected) => {
            const connection = createConnection(options, connected);
            if (connection)
                this.#onConnection(connection, false);
            return connection;
        };
        return agent;
    }
    #createAgentOfKind() {
        if (this.proxy !== undefined)
            return new TunnelAgent(this.proxy, this.#socketOptions);
        const kept = { keepAlive: true, timeout: origin_MAX_IDLE_MS };
        return this.#isSecure ? new external_node_https_namespaceObject.Agent(kept) : new external_node_http_namespaceObject.Agent(kept);
    }
}
function watchConnection() {
    let fail = () => undefined;
    const failed = new Promise((_, reject) => {
        fail = reject;
    });
    let bytes = 0;
    const onData = (piece) => {
        bytes += piece.length;
        const message = ['the server sent too much before the headers of the answer'];
        if (bytes > MAX_BYTES_AHEAD)
            fail(new NetworkFailure({ kind: 'malformed', message, retryable: false }));
    };
    const onClose = () => {
        setImmediate(fail, connectionCut());
    };
    let watched;
    return {
        failed,
        begin: (connection) => {
            watched = connection.on('data', onData).once('close', onClose);
        },
        end: () => {
            watched?.off('data', onData).off('close', onClose);
        },
    };
}

;// CONCATENATED MODULE: ./src/http/http-client.ts



const HTTP_LIMITS = {
    deadlineMs: 30_000,
    maxBodyBytes: 512 * 1024,
    maxConnections: 2,
    addressTimeoutMs: 2_000,
};
function createHttp(userAgent, limits = HTTP_LIMITS) {
    const pool = new Pool(limits.maxConnections);
    const origins = new Map();
    const originOf = (url) => {
        const origin = origins.get(url.origin) ?? new Origin(url, userAgent, limits.addressTimeoutMs);
        origins.set(url.origin, origin);
        return origin;
    };
    const exchange = async (request, read, signal = new AbortController().signal, onSending = () => undefined) => {
        if (!(await pool.enter(signal)))
            return { ok: false, error: CANCELLED };
        try {
            const one = new Exchange(originOf(request.url), request, onSending);
            return await one.run(read, limits.deadlineMs, signal);
        }
        catch (error) {
            if (error instanceof NetworkFailure)
                return { ok: false, error: error.error };
            throw error;
        }
        finally {
            pool.leave();
        }
    };
    return {
        send: (request, signal, onSending) => exchange(request, message => readResponse(message, request.maxBodyBytes ?? limits.maxBodyBytes), signal, onSending),
        pipeTo: (request, sink, signal) => exchange(request, message => pipeBody(message, sink, limits.maxBodyBytes), signal),
    };
}
class Pool {
    #free;
    #waiting = [];
    constructor(size) {
        this.#free = size;
    }
    async enter(signal) {
        if (signal.aborted)
            return false;
        if (this.#free > 0) {
            this.#free--;
            return true;
        }
        return new Promise(resolve => {
            const enter = () => {
                signal.removeEventListener('abort', giveUp);
                resolve(true);
            };
            const giveUp = () => {
                this.#waiting.splice(this.#waiting.indexOf(enter), 1);
                resolve(false);
            };
            this.#waiting.push(enter);
            signal.addEventListener('abort', giveUp, { once: true });
        });
    }
    leave() {
        const next = this.#waiting.shift();
        if (next === undefined)
            this.#free++;
        else
            next();
    }
}
class Exchange {
    #origin;
    #request;
    #onSending;
    #end = new AbortController();
    #message;
    #phase = 'connecting';
    constructor(origin, request, onSending) {
        this.#origin = origin;
        this.#request = request;
        this.#onSending = onSending;
    }
    async run(read, deadlineMs, signal) {
        let fail = () => undefined;
        const gaveUp = new Promise(resolve => {
            fail = error => {
                resolve({ ok: false, error });
            };
        });
        const onAbort = () => {
            fail(CANCELLED);
        };
        signal.addEventListener('abort', onAbort);
        const timer = setTimeout(() => {
            const words = `no complete answer came within ${deadlineMs / 1_000} s (${this.#phase})`;
            fail({ kind: 'timeout', message: [words], retryable: true });
        }, deadlineMs);
        const result = await Promise.race([this.#attempt(read), gaveUp]);
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        if (this.#message?.complete !== true || !this.#message.readableEnded)
            this.#end.abort();
        return result;
    }
    async #attempt(read) {
        const { proxy } = this.#origin;
        const { method, url } = this.#request;
        for (;;) {
            const mayBeClosed = method === 'GET' && this.#origin.hasIdleConnection;
            this.#phase = proxy === undefined ? `waiting for ${url.host}` : `waiting for the proxy ${proxy.host}`;
            try {
                this.#message = await this.#origin.send(this.#request, {
                    signal: this.#end.signal,
                    onSending: this.#onSending,
                    onTunnel: () => {
                        this.#phase = `waiting for ${url.host} behind the proxy`;
                    },
                });
                this.#phase = 'reading the body';
                return await read(this.#message);
            }
            catch (thrown) {
                const error = networkErrorOf(thrown, { host: url.host, isProxy: false }, this.#origin.hasAnswered);
                const wasClosed = error.kind === 'cut' && mayBeClosed && this.#message === undefined;
                if (!wasClosed)
                    return { ok: false, error };
            }
        }
    }
}
async function readResponse(message, maxBodyBytes) {
    const { statusCode: status = 0, headers } = message;
    const refused = refusedUnread(headers, maxBodyBytes);
    const body = refused === undefined ? await readText(message, maxBodyBytes) : { refused };
    return { ok: true, status, headers, body };
}
async function readText(message, maxBodyBytes) {
    const body = Buffer.allocUnsafe(Number(message.headers['content-length'] ?? maxBodyBytes));
    let bytes = 0;
    const isWhole = await readPieces(message, piece => {
        if (bytes + piece.length > maxBodyBytes)
            return false;
        bytes += piece.copy(body, bytes);
        return true;
    });
    return isWhole
        ? { text: new TextDecoder().decode(body.subarray(0, bytes)) }
        : { refused: tooLarge(maxBodyBytes) };
}
async function pipeBody(message, sink, maxTextBytes) {
    const { statusCode: status = 0, headers } = message;
    if (refusedUnread(headers, Infinity) !== undefined || !sink.accepts({ status, headers }))
        return readResponse(message, maxTextBytes);
    const isWhole = await readPieces(message, piece => sink.write(piece.toString('latin1')));
    return { ok: true, streamed: isWhole ? 'whole' : 'part' };
}
function readPieces(message, take) {
    const { socket } = message;
    return new Promise((resolve, reject) => {
        message.on('data', (piece) => {
            if (!take(piece))
                resolve(false);
        });
        (0,external_node_stream_namespaceObject.finished)(message, { writable: false }, error => {
            if (error)
                reject(error);
            else if (!message.complete || socket.errored !== null)
                reject(connectionCut());
            else
                resolve(true);
        });
    });
}
function refusedUnread(headers, maxBodyBytes) {
    const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
    if (coding !== '' && coding !== 'identity')
        return `it came in the encoding "${coding}", which was not requested`;
    const transfer = headers['transfer-encoding']?.trim().toLowerCase() ?? '';
    if (transfer !== '' && transfer !== 'chunked')
        return `it came in the transfer encoding "${transfer}", which was not requested`;
    return Number(headers['content-length'] ?? 0) > maxBodyBytes ? tooLarge(maxBodyBytes) : undefined;
}
function tooLarge(maxBodyBytes) {
    return `it is larger than ${maxBodyBytes / 1024} KiB`;
}

;// CONCATENATED MODULE: ./src/util/clock.ts
const CLOCK = {
    nowMs: () => process.uptime() * 1_000,
    after(ms, callback) {
        const timer = setTimeout(callback, ms);
        return () => {
            clearTimeout(timer);
        };
    },
};
async function sleep(clock, ms, signal) {
    if (signal.aborted)
        return;
    let cancel = () => undefined;
    const passed = new Promise(resolve => {
        cancel = clock.after(ms, resolve);
    });
    await unlessAborted(passed, signal);
    cancel();
}
async function unlessAborted(promise, signal) {
    if (signal.aborted)
        return undefined;
    let onAbort = () => undefined;
    const aborted = new Promise(resolve => {
        onAbort = () => {
            resolve(undefined);
        };
    });
    signal.addEventListener('abort', onAbort);
    try {
        return await Promise.race([promise, aborted]);
    }
    finally {
        signal.removeEventListener('abort', onAbort);
    }
}
function timeLimit(clock, ms, signal) {
    const timeUp = new AbortController();
    const end = clock.after(ms, () => {
        timeUp.abort();
    });
    return { signal: AbortSignal.any([signal, timeUp.signal]), end };
}

;// CONCATENATED MODULE: ./src/util/duration.ts
const MAX_PLAUSIBLE_MS = 7 * 24 * 60 * 60 * 1_000;
function isPlausibleDuration(durationMs) {
    return durationMs >= 0 && durationMs <= MAX_PLAUSIBLE_MS;
}
function formatDuration(durationMs) {
    if (!isPlausibleDuration(durationMs))
        return durationMs > 0 ? 'more than a week' : 'an unknown time';
    if (durationMs < 9_950)
        return `${Number((durationMs / 1_000).toFixed(1))} s`;
    const seconds = Math.round(durationMs / 1_000);
    if (seconds < 60)
        return `${seconds} s`;
    if (seconds < 3_600)
        return withRest(Math.floor(seconds / 60), 'min', seconds % 60, 's');
    const minutes = Math.round(seconds / 60);
    return withRest(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}
function formatEstimate(durationMs) {
    if (!isPlausibleDuration(durationMs))
        return formatDuration(durationMs);
    if (durationMs < 10_000)
        return 'a few seconds';
    const unitMs = durationMs < 90_000 ? 10_000 : 60_000;
    return `about ${formatDuration(Math.round(durationMs / unitMs) * unitMs)}`;
}
function withRest(large, largeUnit, small, smallUnit) {
    return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

;// CONCATENATED MODULE: ./src/codearts/error-codes.ts
const CHECK_IDS = 'check job_id (the 32 characters at the end of the address of the build task page) and build_no';
const CHECK_PLACE = 'check region and endpoint: the service does not offer this API there';
const LATER = 'the service has a problem: run the step again later';
const NEW_TOKEN = 'get a new token: an IAM user token lives 24 hours, and is valid only in its own region and with the project as its scope; ' +
    'credentials that last are oidc_provider_urn with oidc_agency_urn, and access_key with secret_key';
const MEMBERSHIP = 'add the user to the CodeArts project of the build task, with a role that may view it';
const SLOWER = 'run the step again in a minute, or let fewer jobs send requests at the same time';
const REPORT = 'if it happens again, report it to the support of Huawei Cloud with the request ID';
const TRUST = 'check the trust policy of the agency and the client IDs of the OIDC provider';
const PARAMETERS = 'check job_id and build_no against the build task';
const REMEDIES_OF_READING = [CHECK_IDS, PARAMETERS, MEMBERSHIP];
const byStatus = (meaning, remedy) => ({ meaning, remedy });
const notFound = (meaning) => ({ meaning, remedy: CHECK_IDS, reason: 'not_found' });
const apiMissing = (meaning) => ({
    meaning,
    remedy: CHECK_PLACE,
    reason: 'not_found',
    isApiMissing: true,
});
const throttled = (meaning) => ({ meaning, remedy: SLOWER, reason: 'throttled' });
const KNOWN_CODES = {
    'CB.00060100': byStatus('the network of the service is busy', LATER),
    'CB.00060101': byStatus('an internal error of the service', LATER),
    'CB.00060200': byStatus('a parameter is invalid', PARAMETERS),
    'CB.00060201': byStatus('the build task ID is invalid', CHECK_IDS),
    'CB.00060202': byStatus('the service ID is invalid', PARAMETERS),
    'CB.00060203': byStatus('a file name is invalid', REPORT),
    'CB.00060211': throttled('too many requests at once'),
    'CB.00060212': byStatus('an uploaded file is empty', REPORT),
    'CB.00060213': byStatus('too many files were uploaded', REPORT),
    'CB.00060214': apiMissing('the service does not know this address'),
    'DEVCB.00031006': notFound('there is no such job or build'),
    'CB.00031006': notFound('there is no such job or build'),
    'CB.00031059': notFound('this job has no build of that number'),
    'CB.00031105': byStatus('the time window is longer than 31 days', REPORT),
    'CB.00030004': byStatus('the scheduler of the service failed', LATER),
    'DEVCB.00030000': byStatus('the service refused the request', PARAMETERS),
    'DEV.CB.032011': byStatus('the build task ID is invalid', CHECK_IDS),
    'DEV.CB.032302': byStatus('the state of the build has changed in the meantime', 'run the step again'),
    'DEV.CB.0520002': byStatus('a template does not exist', REPORT),
    'DEV.CB.0210043': byStatus('a container image could not be used', REPORT),
    'APIGW.0101': apiMissing('the API does not exist, or is not published there'),
    'APIGW.0103': byStatus('the backend of the API does not exist', LATER),
    'APIGW.0104': byStatus('the plug-ins of the API are not configured', LATER),
    'APIGW.0105': byStatus('the backend of the API is not configured', LATER),
    'APIGW.0106': byStatus('the orchestration of the API failed', LATER),
    'APIGW.0201': byStatus('the gateway could not handle the request, or its backend is not available', LATER),
    'APIGW.0301': byStatus('the credentials were refused', NEW_TOKEN),
    'APIGW.0302': byStatus('the user may not call the API', MEMBERSHIP),
    'APIGW.0303': byStatus('the credentials of the app were refused', NEW_TOKEN),
    'APIGW.0307': byStatus('the token must be renewed, or is for another region', NEW_TOKEN),
    'APIGW.0308': throttled('the request limit of the gateway is reached'),
    'STS5.1001': byStatus('no policy allows the exchange', TRUST),
    'STS5.2001': byStatus('the token is not from this provider, or is for another audience', TRUST),
};
const LOCKED_KEY = byStatus('the access key is locked after repeated failures', 'wait five minutes, and check the keys before the next run: every failure in between may lock them again');
function meaningOf(code, said = '') {
    const name = code.replace(/^APIG\./, 'APIGW.');
    if (/^APIGW\.030[1-7]$/.test(name) && /failed to reach the limit/i.test(said))
        return LOCKED_KEY;
    return Object.hasOwn(KNOWN_CODES, name) ? KNOWN_CODES[name] : undefined;
}
const NOT_THE_SERVICE = 'something other than the service may have answered: check endpoint, and any proxy or firewall on the way';
const REMEDIES = {
    not_found: `${CHECK_IDS}, and region`,
    unauthorized: NEW_TOKEN,
    forbidden: MEMBERSHIP,
    throttled: SLOWER,
    service_error: LATER,
    invalid_response: NOT_THE_SERVICE,
};
const CHECK_REQUEST = 'the service does not accept this request: check job_id, build_no, region and endpoint';
const NETWORK_REMEDIES = {
    no_host: 'check region and endpoint, and whether this machine needs a proxy (HTTPS_PROXY)',
    no_connection: 'check endpoint, and whether this machine needs a proxy (HTTPS_PROXY) to reach it',
    cut: 'run the step again; if it happens again, check any proxy or firewall on the way',
    timeout: 'check that this machine can reach the endpoint, and check any proxy or firewall on the way',
    cancelled: 'run the step again',
    certificate_dates: 'check the clock of this machine, and the dates of the certificate',
    certificate_host: 'check the host name in endpoint or HTTPS_PROXY: the certificate is for another one',
    certificate_issuer: 'if the server or a proxy on the way has a certificate from your own authority, name a file with that certificate in NODE_EXTRA_CA_CERTS',
    certificate_file: 'set NODE_EXTRA_CA_CERTS to a file that this step can read and that has the certificate of your authority in PEM form',
    certificate: 'ask the operator of that server to replace the certificate',
    tls: 'check that endpoint, and HTTPS_PROXY if it begins with https://, name a server that supports TLS 1.2 or later on that port',
    proxy: 'check HTTPS_PROXY and NO_PROXY, and the user and password of the proxy',
    malformed: NOT_THE_SERVICE,
};

;// CONCATENATED MODULE: ./src/codearts/json.ts
const MAX_DEPTH = 64;
const MAX_VALUES = 20_000;
function parseJson(text) {
    try {
        const { isModest, repeatedKey, hasOddNumber } = scan(text);
        if (!isModest)
            return { ok: false, why: 'shape' };
        const value = JSON.parse(text, hasOddNumber ? keepSpelling : undefined);
        return { ok: true, value, repeatedKey };
    }
    catch {
        return { ok: false, why: 'syntax' };
    }
}
const { rawJSON, isRawJSON } = JSON;
function keepSpelling(_key, value, context) {
    if (typeof value !== 'number' || context?.source === undefined || rawJSON === undefined)
        return value;
    return String(value) === context.source ? value : rawJSON(context.source);
}
function isNumber(value) {
    return typeof value === 'number' || isRawJSON?.(value) === true;
}
function isJsonObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value) && !isNumber(value);
}
function textOf(value) {
    return typeof value === 'string' ? value : JSON.stringify(value);
}
const ROWS = ['job_build_states', 'jobBuildStates'];
function placeWithin(parent, opens, key) {
    if (opens === '[')
        return parent === 'result' && ROWS.includes(key) ? 'rows' : 'elsewhere';
    if (parent === undefined)
        return 'envelope';
    if (parent === 'rows')
        return 'row';
    return parent === 'envelope' && key === 'result' ? 'result' : 'elsewhere';
}
function scan(text) {
    const open = [];
    const keysIn = {
        envelope: new Set(),
        result: new Set(),
        row: new Set(),
    };
    let [values, key, hasOddNumber] = [0, '', false];
    let repeatedKey;
    for (let at = 0; at < text.length; at++) {
        const character = text[at];
        if (character === '"') {
            const start = at;
            at = endOfString(text, start);
            const keys = keysIn[open.at(-1) ?? 'elsewhere'];
            if (keys === undefined || !isKey(text, at))
                continue;
            key = unquoted(text.slice(start, at + 1));
            if (keys.has(key))
                repeatedKey ??= key;
            keys.add(key);
        }
        else if (character === ',')
            values++;
        else if (character === '}' || character === ']')
            open.pop();
        else if (character === '{' || character === '[') {
            const place = placeWithin(open.at(-1), character, key);
            keysIn[place]?.clear();
            open.push(place);
            values++;
        }
        else if (NUMBER_START.test(character ?? '')) {
            const number = numberAt(text, at);
            hasOddNumber ||= String(Number(number)) !== number;
            at += number.length - 1;
        }
        if (open.length > MAX_DEPTH || values > MAX_VALUES)
            return { isModest: false, repeatedKey, hasOddNumber };
    }
    return { isModest: true, repeatedKey, hasOddNumber };
}
function isKey(text, end) {
    let at = end + 1;
    while (' \t\r\n'.includes(text[at] ?? '"'))
        at++;
    return text[at] === ':';
}
const NUMBER_START = /[-0-9]/;
const NUMBER = /[-0-9][-+.0-9eE]*/y;
function numberAt(text, at) {
    NUMBER.lastIndex = at;
    return NUMBER.exec(text)?.[0] ?? ' ';
}
function unquoted(quoted) {
    return quoted.includes('\\') ? JSON.parse(quoted) : quoted.slice(1, -1);
}
function endOfString(text, start) {
    for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
        let backslashes = 0;
        while (text[end - 1 - backslashes] === '\\')
            backslashes++;
        if (backslashes % 2 === 0)
            return end;
    }
    return text.length;
}
const json_MAX_BUILD_NO = 2_147_483_647;
function eitherCase(object, name) {
    return ownValue(object, Object.hasOwn(object, name) ? name : camelCase(name));
}
function ownValue(object, key) {
    return Object.hasOwn(object, key) ? object[key] : undefined;
}
function valuesIn(objects, name) {
    return objects
        .flatMap(object => [ownValue(object, name), ownValue(object, camelCase(name))])
        .filter(value => value !== undefined && value !== null && value !== '');
}
function scalarText(value) {
    return typeof value === 'string' || isNumber(value) ? textOf(value) : '';
}
function casingMismatch(object, names) {
    for (const name of names) {
        const camelName = camelCase(name);
        const hasBoth = Object.hasOwn(object, name) && Object.hasOwn(object, camelName);
        if (hasBoth && JSON.stringify(object[name]) !== JSON.stringify(object[camelName]))
            return `its fields ${name} and ${camelName} differ`;
    }
    return undefined;
}
function camelCase(name) {
    return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}
function json_buildNoOf(value) {
    const text = scalarText(value);
    if (!/^[0-9]{1,10}$/.test(text))
        return undefined;
    const buildNo = Number(text);
    return buildNo >= 1 && buildNo <= json_MAX_BUILD_NO ? buildNo : undefined;
}

;// CONCATENATED MODULE: ./src/codearts/response.ts





function readApiResponse(response, nowMs) {
    if (!response.ok)
        return { ok: false, error: ofNetwork(response.error) };
    const read = readJson(response, nowMs, undefined);
    if (!read.ok)
        return read;
    const { result: envelope, answer } = read;
    if (response.status !== 200)
        return invalid(answer, message `only HTTP 200 carries a result`);
    if (!isJsonObject(envelope))
        return invalid(answer, message `its JSON is not an object`);
    const objection = objectionTo(envelope);
    if (objection !== undefined)
        return invalid(answer, objection);
    return { ...read, result: envelope['result'] };
}
function readSecretResponse(response, nowMs, from) {
    return response.ok ? readJson(response, nowMs, from) : { ok: false, error: ofNetwork(response.error) };
}
function addSecretsIn(value, addSecret, isSecret = false) {
    if (typeof value === 'string' && isSecret)
        addSecret(value, 'password');
    if (typeof value !== 'object' || value === null)
        return;
    for (const [name, item] of Object.entries(value))
        addSecretsIn(item, addSecret, isSecret || (/key|secret|token/i.test(name) && name !== TOKEN_SUBJECT));
}
const TOKEN_SUBJECT = 'subject_from_id_token';
function readJson(response, nowMs, from) {
    const { status, headers, body } = response;
    const json = 'text' in body ? parseJson(body.text) : undefined;
    const isJson = json?.ok === true;
    if (isJson && from !== undefined)
        addSecretsIn(json.value, from.addSecret);
    const named = isJson ? namedError(json.value, status) : undefined;
    const answer = describeAnswer(response, json, named, from);
    const statusReason = reasonOfStatus(status);
    if (isJson && json.repeatedKey !== undefined && from === undefined && statusReason === undefined)
        return invalid(answer, message `its JSON has the key "${quote(json.repeatedKey, 80)}" twice`);
    const meaning = named?.meaning;
    const isBroken = statusReason === undefined && json?.ok === false && json.why === 'syntax';
    const bodyReason = named === undefined ? undefined : 'service_error';
    const reason = meaning?.reason ?? statusReason ?? (isBroken ? 'invalid_response' : bodyReason);
    if (reason !== undefined) {
        const byStatus = isBroken || isRetryableStatus(status);
        const retryable = meaning?.reason === undefined ? byStatus : meaning.reason === 'throttled';
        const pauseMs = retryable ? retryAfterMs(headers, nowMs) : undefined;
        const missing = meaning?.isApiMissing === true ? 'api' : isJson ? 'build' : 'unknown';
        const error = {
            reason,
            message: withPause(answer, pauseMs),
            remedy: [meaning?.remedy ?? response_remedyFor(reason, status, isJson)],
            retryable,
            isAboutCredentials: isJson && meaning !== LOCKED_KEY && (reason === 'unauthorized' || reason === 'forbidden'),
            missing: reason === 'not_found' ? missing : undefined,
        };
        return { ok: false, error: retryable ? { ...error, retryAfterMs: pauseMs } : error };
    }
    if ('refused' in body)
        return invalid(answer, message `its body was not read: ${body.refused}`);
    if (!isJson)
        return invalid(answer, message `its JSON is nested too deeply or has too many values`);
    return { ok: true, result: json.value, answer, dateMs: dateMsOf(headers) };
}
function invalid(answer, why) {
    const remedy = [REMEDIES.invalid_response];
    return {
        ok: false,
        error: { reason: 'invalid_response', message: message `${answer}, but ${why}`, remedy, retryable: false },
    };
}
function ofNetwork({ kind, message: said, retryable }) {
    const reason = kind === 'malformed' ? 'invalid_response' : 'unreachable';
    const error = { reason, message: said, remedy: [NETWORK_REMEDIES[kind]], retryable };
    return kind === 'cancelled' ? { ...error, isGivenUp: true } : error;
}
function withPause(answer, askedMs = 0) {
    return askedMs <= MAX_RETRY_AFTER_MS
        ? answer
        : message `${answer}, and asked for a pause of ${formatDuration(askedMs)}`;
}
function reasonOfStatus(status) {
    if (status === 401)
        return 'unauthorized';
    if (status === 403)
        return 'forbidden';
    if (status === 404 || status === 410)
        return 'not_found';
    if (status === 407)
        return 'unreachable';
    if (status === 429)
        return 'throttled';
    if (status >= 400)
        return 'service_error';
    return status >= 200 && status < 300 ? undefined : 'invalid_response';
}
function response_remedyFor(reason, status, isJson) {
    if (reason === 'unreachable')
        return NETWORK_REMEDIES.proxy;
    const isRequestAtFault = reason === 'service_error' && status >= 400 && status < 500 && status !== 408;
    if (isJson) {
        if (isRequestAtFault)
            return CHECK_REQUEST;
        return reason === 'service_error' && status < 400 ? REPORT : REMEDIES[reason];
    }
    if (isRequestAtFault)
        return `${CHECK_REQUEST}; ${NOT_THE_SERVICE}`;
    if (reason === 'throttled')
        return `${NOT_THE_SERVICE}; if the service has answered, ${REMEDIES.throttled}`;
    return status >= 500
        ? `${NOT_THE_SERVICE}; if endpoint and proxy are right, run the step again later`
        : NOT_THE_SERVICE;
}
function namedError(value, status) {
    if (typeof value === 'string') {
        const inner = parseJson(value);
        return inner.ok ? namedError(inner.value, status) : undefined;
    }
    if (!isJsonObject(value))
        return undefined;
    const isFailure = status >= 400;
    const { error } = value;
    const inner = isJsonObject(error) ? error : {};
    const code = codeIn(value, 'error_code', 'err_code', 'errCode', 'errorCode') ||
        codeIn(inner, 'code', 'error_code') ||
        (isFailure ? codeIn(value, 'code') : '');
    const said = response_textIn(value, 'error_msg', 'err_msg', 'errMsg', 'errorMsg') ||
        response_textIn(inner, 'message', 'reason', 'error_msg') ||
        (typeof error === 'string' ? error : '') ||
        response_textIn(value, 'message');
    const saysFailure = value['success'] === false || ['fail', 'error'].includes(response_textIn(value, 'status'));
    const isNamed = code !== '' || saysFailure || isFilled(error) || (isFailure && said !== '');
    if (!isNamed)
        return undefined;
    const details = isFilled(error) ? JSON.stringify(error) : '';
    return { code, said, details, requestId: response_textIn(value, 'request_id'), meaning: meaningOf(code, said) };
}
function objectionTo(envelope) {
    const says = (name) => message `its envelope has the field ${name} as ${quote(JSON.stringify(envelope[name]), 80)}`;
    for (const name of ['error', 'err_code', 'errCode', 'error_code', 'errorCode']) {
        if (isFilled(envelope[name]))
            return says(name);
    }
    const { success, status } = envelope;
    if (success !== undefined && success !== true)
        return says('success');
    if (status !== undefined && status !== null && status !== 'success')
        return says('status');
    if (success !== true && status !== 'success')
        return message `its envelope does not say that the request succeeded`;
    return undefined;
}
function isFilled(value) {
    if (value === undefined || value === null || value === '' || value === '0')
        return false;
    if (isNumber(value))
        return Number(textOf(value)) !== 0;
    if (Array.isArray(value))
        return value.length > 0;
    return !(isJsonObject(value) && Object.keys(value).length === 0);
}
function codeIn(object, ...names) {
    return response_textIn(object, ...names.filter(name => isFilled(object[name])));
}
function response_textIn(object, ...names) {
    return names.map(name => scalarText(object[name])).find(text => text !== '') ?? '';
}
function describeAnswer({ status, headers, body }, json, named, from) {
    const requestId = (named?.requestId ?? '') || scalarText(headers['x-request-id']);
    const end = requestId === '' ? '' : message ` (request ID ${quote(requestId, 80)})`;
    const redirect = status >= 300 && status < 400 ? describeRedirect(headers.location) : '';
    const start = message `${from?.name ?? 'the service'} answered HTTP ${status}${redirect}`;
    if (named !== undefined)
        return message `${start}${redirect === '' ? '' : ','} with ${describeError(named, status, from?.sent)}${end}`;
    if (json?.ok !== false || json.why !== 'syntax' || !('text' in body) || redirect !== '')
        return message `${start}${end}`;
    return from === undefined
        ? message `the answer was HTTP ${status} with ${describeBody(body.text, headers['content-type'])}${end}`
        : message `the answer to the request to ${from.name} was HTTP ${status} with a body that is not JSON${end}`;
}
function describeRedirect(location) {
    if (location === undefined)
        return message `, a redirect without an address`;
    const { protocol, host, pathname } = new URL(URL.canParse(location) ? location : 'about:blank');
    if (protocol !== 'http:' && protocol !== 'https:')
        return message `, a redirect that is not followed`;
    return message `, a redirect to ${quote(`${protocol}//${host}${pathname}`, 200)} that is not followed`;
}
function describeError({ code, said, details, meaning }, status, sent) {
    const shown = (text) => (sent === undefined ? text : withoutLongRuns(text, sent));
    const all = sent === undefined ? said || details : status >= 400 ? shown(said) : '';
    const words = all.replace(/^"(.*)"$/s, '$1');
    const parts = [
        code === '' ? [] : [quote(shown(code), 200)],
        words === '' ? [] : message `"${quote(words)}"`,
        meaning === undefined ? [] : [`(${meaning.meaning})`],
    ].filter(part => part.length > 0);
    return parts.length === 0 ? message `an error without a code or a message` : joined(parts, ' ');
}
function withoutLongRuns(text, sent) {
    const [kept, ...others] = sent;
    if (kept !== undefined)
        return text
            .split(kept)
            .map(part => withoutLongRuns(part, others))
            .join(kept);
    return text.replace(/[A-Za-z0-9+/=_-]{20,}/g, '***');
}
const MAX_SEARCHED_CHARACTERS = 20_000;
const PAGE = /^\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head|title|meta|body)\b/i;
function describeBody(text, contentType = '') {
    const start = text.slice(0, MAX_SEARCHED_CHARACTERS);
    const isPage = PAGE.test(start) || /^\s*(?:text\/html|application\/xhtml)\b/i.test(contentType);
    const title = /<title[^<>]*>([^<]*)/i.exec(start)?.[1]?.replace(/\s+/g, ' ').trim() ?? '';
    if (isPage && title !== '')
        return message `an HTML page titled "${quote(title, 120)}"`;
    const words = (isPage ? textOfPage(start) : start).replace(/\s+/g, ' ').trim();
    if (words === '')
        return isPage ? message `an HTML page without a title` : message `an empty body`;
    return message `${isPage ? 'an HTML page' : 'a body'} that begins with "${beginning(words, 80)}"`;
}
function textOfPage(page) {
    let isShown = true;
    return page
        .split(/(<[^<>]*>)/)
        .filter((part, at) => {
        if (at % 2 === 0)
            return isShown;
        if (/^<\/?(style|script)\b/i.test(part))
            isShown = part.startsWith('</');
        return false;
    })
        .join(' ');
}
const EARLIEST_DATE_MS = Date.UTC(2000, 0);
const LATEST_DATE_MS = Date.UTC(2100, 0);
function dateMsOf({ date = '' }) {
    const dateMs = Date.parse(date);
    return dateMs >= EARLIEST_DATE_MS && dateMs < LATEST_DATE_MS ? dateMs : undefined;
}

;// CONCATENATED MODULE: ./src/codearts/request-tools.ts









const USER_AGENT = `codearts-build-gate/${package_namespaceObject.rE}`;
function createRequestTools(endpoint, choice, { log, addSecret }, maxConnections = HTTP_LIMITS.maxConnections) {
    for (const url of requestedUrls(endpoint, choice))
        for (const { value, kind } of proxySecrets(url))
            addSecret(value, kind === 'basic' ? kind : 'password');
    const retry = { sleep: (ms, signal) => sleep(CLOCK, ms, signal), random: Math.random };
    const http = createHttp(USER_AGENT, { ...HTTP_LIMITS, maxConnections });
    const tools = { http, retry, onRetry: retryLine(log), nowMs: Date.now };
    if (choice.kind === 'access_keys' && choice.isFromEnvironment)
        log.info(`The credentials are from ${choice.source}`);
    return {
        ...tools,
        credentials: createCredentials(choice, { ...tools, readSecretResponse: readSecretResponse, addSecret, log }),
    };
}
async function authorize(request, credentials, signal) {
    const authorization = await unlessAborted(credentials.authorize(request, signal), signal);
    if (authorization === undefined)
        return { ok: false, error: ofNetwork(CANCELLED) };
    if (!authorization.ok)
        return { ok: false, error: { ...authorization.error, isTried: true } };
    return { ok: true, value: { ...request, headers: { ...request.headers, ...authorization.headers } } };
}
function retryLine(log) {
    return ({ message: failure }, tries, pauseMs) => {
        log.info(message `Try ${tries} failed: ${failure}; the next try follows in ${formatDuration(pauseMs)}`);
    };
}
function requestedUrls(endpoint, choice) {
    if (choice.kind !== 'keyless')
        return [endpoint];
    const { job, agency } = choice;
    return [endpoint, agency.stsEndpoint, ...(URL.canParse(job.idTokenUrl) ? [new URL(job.idTokenUrl)] : [])];
}

// EXTERNAL MODULE: ./src/process-guard.ts
var process_guard = __nccwpck_require__(22);
;// CONCATENATED MODULE: ./src/codearts/execute-job.ts




const BRANCH_PARAMETER = 'codeBranch';
function executeJobRequest(endpoint, order) {
    const { jobId, commit, branch, tag } = order;
    const source = branch === undefined ? [] : [{ name: BRANCH_PARAMETER, value: branch }];
    const parameter = [...source, ...order.parameters];
    const scm = commit === undefined ? { build_tag: tag } : { build_commit_id: commit };
    return {
        method: 'POST',
        url: new URL(`${endpoint.href.replace(/\/$/, '')}/v1/job/execute`),
        headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
        body: JSON.stringify({
            job_id: jobId,
            ...(parameter.length === 0 ? {} : { parameter }),
            ...(commit === undefined && tag === undefined ? {} : { scm }),
        }),
    };
}
const REFUSING_STATUSES = [400, 401, 403, 404, 422];
const RATE_LIMIT = /^API(GW|G)\.0308$/;
function readStartResponse(response, nowMs) {
    const { status, body } = response;
    const json = 'text' in body ? parseJson(body.text) : undefined;
    const isJson = json?.ok === true;
    const value = isJson ? json.value : undefined;
    const named = buildIn(value);
    const is2xx = status >= 200 && status <= 299;
    if (is2xx && isJson && json.repeatedKey === undefined && typeof named === 'object')
        return { kind: 'started', build: named };
    const { code = '', meaning } = namedError(value, status) ?? {};
    const isNamed4xx = code !== '' && status >= 400 && status <= 499 && status !== 408;
    const isThrottled = RATE_LIMIT.test(code) || code === 'CB.00060211';
    const isRefused = isThrottled || isNamed4xx || REFUSING_STATUSES.includes(status);
    const read = readApiResponse(response, nowMs);
    if (isRefused && 'text' in body && named === 'none' && !read.ok) {
        const isOfReading = meaning === undefined || REMEDIES_OF_READING.includes(meaning.remedy);
        const ownOfJson = isOfReading ? execute_job_REMEDIES[read.error.reason] : undefined;
        const own = isJson ? ownOfJson : NOT_THE_SERVICE;
        const remedy = own === undefined ? read.error.remedy : [own];
        return { kind: 'refused', error: { ...read.error, remedy, retryable: RATE_LIMIT.test(code) } };
    }
    if (read.ok || (is2xx && isJson && code === '')) {
        const start = 'text' in body ? body.text : '';
        const words = message `the service answered HTTP ${status} without a usable number of the build ("${beginning(start, 200)}")`;
        return { kind: 'unknown', message: words };
    }
    return { kind: 'unknown', message: read.error.message };
}
const execute_job_REMEDIES = {
    not_found: 'check job_id (the 32 characters at the end of the address of the build task page) and region',
    forbidden: 'add the user to the CodeArts project of the build task, with a role that may execute it',
    service_error: 'check job_id, parameters, and commit, branch or tag against the build task',
};
function buildIn(value) {
    const envelope = isJsonObject(value) ? value : {};
    const places = [envelope, ...(isJsonObject(envelope['result']) ? [envelope['result']] : [])];
    const numbers = new Set(valuesIn(places, 'actual_build_number').map(json_buildNoOf));
    const texts = ['daily_build_number', 'octopus_job_name'].map(name => new Set(valuesIn(places, name).map(scalarText)));
    if (numbers.size === 0)
        return 'none';
    const [buildNo] = numbers;
    if (buildNo === undefined || [numbers, ...texts].some(({ size }) => size > 1))
        return 'unusable';
    const [dailyBuildNumber = '', executionId = ''] = texts.map(([text]) => text);
    return { buildNo, dailyBuildNumber, executionId };
}

;// CONCATENATED MODULE: ./src/util/git-refs.ts
function branchName(ref) {
    return ref.replace(/^refs\/heads\//, '');
}
function tagName(ref) {
    return ref.replace(/^refs\/tags\//, '');
}

;// CONCATENATED MODULE: ./src/inputs/parsers.ts



function matching(pattern) {
    return text => (pattern.test(text) ? text : undefined);
}
const parseJobId = matching(/^[0-9A-Za-z]{32}$/);
const BUILD_NO_ACCEPTS = (/* unused pure expression or super */ null && (`a whole number from 1 to ${MAX_BUILD_NO} in digits, or latest`));
const parseBuildNo = text => (text === 'latest' ? text : buildNoOf(text));
const parseCommit = matching(/^[0-9A-Fa-f]{7,64}$/);
const parseBranch = text => branchName(text) || undefined;
const parseTag = text => tagName(text) || undefined;
const parseEndpoint = text => {
    if (!/^https?:\/\/[^/\s\\?#@][^\s\\?#@]*$/i.test(text) || !URL.canParse(text))
        return undefined;
    const url = new URL(text);
    if (!isSecure(url))
        return undefined;
    url.pathname = url.pathname.replace(/\/+$/, '');
    return url;
};
const parseVisibleAscii = matching(/^[\x21-\x7e]+$/);
const parseAccessKey = text => text.includes(',') ? undefined : parseVisibleAscii(text);
const parseProjectId = matching(/^[0-9A-Za-z_-]{1,64}$/);
const parseAudience = matching(/^\P{Cc}+$/u);
function urnOf(type) {
    return matching(new RegExp(`^iam::[^:\\p{Cc}]+:${type}:\\P{Cc}+$`, 'u'));
}

;// CONCATENATED MODULE: ./src/inputs/credential-inputs.ts


const KINDS = [
    ['token'],
    ['access_key', 'secret_key', 'security_token'],
    ['oidc_provider_urn', 'oidc_agency_urn', 'oidc_audience'],
];
const TOOLS = [
    {
        tool: 'huaweicloud/auth-action',
        accessKey: 'HUAWEI_CLOUD_ACCESS_KEY_ID',
        secretKey: 'HUAWEI_CLOUD_SECRET_ACCESS_KEY',
        projectId: 'HUAWEI_CLOUD_PROJECT_ID',
    },
    {
        tool: 'the SDKs',
        accessKey: 'HUAWEICLOUD_SDK_AK',
        secretKey: 'HUAWEICLOUD_SDK_SK',
        securityToken: 'HUAWEICLOUD_SDK_SECURITY_TOKEN',
        projectId: 'HUAWEICLOUD_SDK_PROJECT_ID',
    },
    {
        tool: 'Terraform',
        accessKey: 'HW_ACCESS_KEY',
        secretKey: 'HW_SECRET_KEY',
        securityToken: 'HW_SECURITY_TOKEN',
        projectId: 'HW_PROJECT_ID',
    },
];
const ID_TOKEN_BEARER_VARIABLE = 'ACTIONS_ID_TOKEN_REQUEST_TOKEN';
const VISIBLE_ASCII = 'visible ASCII characters only';
const ACCESS_KEY = `${VISIBLE_ASCII}, no comma`;
const PROJECT_ID = 'a project ID: letters, digits, - and _';
function environmentSecrets() {
    const variables = TOOLS.flatMap(tool => [tool.accessKey, tool.secretKey, tool.securityToken]);
    return [...variables.filter(name => name !== undefined), ID_TOKEN_BEARER_VARIABLE].map(environmentValue);
}
function environmentValue(variable) {
    return (process.env[variable] ?? '').trim();
}
function chooseCredentials(reader, stsEndpoint) {
    const { read, problems } = reader;
    const projectId = read('project_id', PROJECT_ID, parseProjectId);
    const token = readToken(reader);
    const keys = readKeys(reader, projectId);
    const keyless = readKeyless(reader, projectId, stsEndpoint);
    const isGiven = (input) => reader.text(input) !== '';
    const kinds = [];
    for (const inputs of KINDS) {
        const given = inputs.filter(isGiven);
        if (given.length === 0)
            continue;
        kinds.push(given.join(', '));
        for (const input of inputs.slice(0, 2).filter(half => !isGiven(half)))
            problems.push(message `${input} is missing: ${given.join(' and ')} cannot be used without it`);
    }
    if (kinds.length === 0)
        return ofEnvironment(problems, projectId);
    if (kinds.length === 1)
        return token ?? keys ?? keyless;
    problems.push(message `${kinds.join(' and ')} are credentials of ${kinds.length} kinds: give only one kind`);
    return undefined;
}
function readToken(reader) {
    const token = reader.read('token', `an IAM user token: ${VISIBLE_ASCII}`, parseVisibleAscii);
    if (token === undefined)
        return undefined;
    if (reader.text('project_id') !== '')
        reader.warnings.push(message `project_id has no effect beside token: a token is already for one project`);
    return { kind: 'token', token };
}
function readKeys({ read }, projectId) {
    const accessKey = read('access_key', `an access key ID (AK): ${ACCESS_KEY}`, parseAccessKey);
    const secretKey = read('secret_key', `a secret access key (SK): ${VISIBLE_ASCII}`, parseVisibleAscii);
    const securityToken = read('security_token', `a security token: ${VISIBLE_ASCII}`, parseVisibleAscii);
    if (accessKey === undefined || secretKey === undefined)
        return undefined;
    return {
        kind: 'access_keys',
        keys: { accessKey, secretKey, securityToken, projectId },
        source: 'the inputs access_key and secret_key',
        isFromEnvironment: false,
    };
}
function readKeyless({ read }, projectId, stsEndpoint) {
    const provider = 'the URN of an OIDC identity provider, iam::ACCOUNT_ID:oidcProvider:NAME';
    const agency = 'the URN of a trust agency, iam::ACCOUNT_ID:agency:NAME';
    const providerUrn = read('oidc_provider_urn', provider, urnOf('oidcProvider'));
    const agencyUrn = read('oidc_agency_urn', agency, urnOf('agency'));
    const audience = read('oidc_audience', 'a text without control characters', parseAudience);
    if (providerUrn === undefined || agencyUrn === undefined)
        return undefined;
    return {
        kind: 'keyless',
        agency: { providerUrn, agencyUrn, audience, stsEndpoint: stsEndpoint() },
        job: jobIdentity(),
        projectId,
    };
}
function ofEnvironment(problems, inputProjectId) {
    const variables = TOOLS.find(({ accessKey, secretKey }) => environmentValue(accessKey) !== '' || environmentValue(secretKey) !== '');
    if (variables === undefined) {
        problems.push([NOTHING_GIVEN]);
        return undefined;
    }
    const { tool } = variables;
    const check = (variable, parse, accepts = VISIBLE_ASCII) => {
        const text = environmentValue(variable);
        const value = parse(text);
        if (text === '')
            problems.push(message `the variable ${variable} is missing: its other half cannot be used without it (${tool})`);
        else if (value === undefined)
            problems.push(message `the variable ${variable} is not valid: it accepts ${accepts}`);
        return value;
    };
    const optional = (variable, ...how) => environmentValue(variable) === '' ? undefined : check(variable, ...how);
    const accessKey = check(variables.accessKey, parseAccessKey, ACCESS_KEY);
    const secretKey = check(variables.secretKey, parseVisibleAscii);
    const securityToken = variables.securityToken === undefined ? undefined : optional(variables.securityToken, parseVisibleAscii);
    const projectId = inputProjectId ?? optional(variables.projectId, parseProjectId, PROJECT_ID);
    if (accessKey === undefined || secretKey === undefined)
        return undefined;
    return {
        kind: 'access_keys',
        keys: { accessKey, secretKey, securityToken, projectId },
        source: `the variables ${variables.accessKey} and ${variables.secretKey} (${tool})`,
        isFromEnvironment: true,
    };
}
const NOTHING_GIVEN = 'no credentials are given: give token, or access_key and secret_key, or oidc_provider_urn and oidc_agency_urn, or set ' +
    `the variables ${TOOLS.map(({ accessKey, secretKey }) => `${accessKey} and ${secretKey}`).join(', ')} ` +
    '(secrets are empty in runs for pull requests from forks and in runs that Dependabot starts)';
function jobIdentity() {
    return {
        idTokenUrl: environmentValue('ACTIONS_ID_TOKEN_REQUEST_URL'),
        idTokenBearer: environmentValue(ID_TOKEN_BEARER_VARIABLE),
        sessionName: sessionNameOf(environmentValue('GITHUB_REPOSITORY'), environmentValue('GITHUB_RUN_ID')),
    };
}
function sessionNameOf(repository, runId) {
    const name = `codearts-build-gate-${repository}-${runId}`.replace(/[^0-9A-Za-z_-]+/g, '-');
    return name.slice(-128).replace(/^-+|-+$/g, '');
}

;// CONCATENATED MODULE: external "os"
const external_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
}
function issue(name, message = '') {
    issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
;// CONCATENATED MODULE: external "fs"
const external_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_namespaceObject.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_namespaceObject.appendFileSync(filePath, `${toCommandValue(message)}${external_os_namespaceObject.EOL}`, {
        encoding: 'utf8'
    });
}
function prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_namespaceObject.EOL}${convertedValue}${external_os_namespaceObject.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/auth.js
var auth_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
class BasicCredentialHandler {
    constructor(username, password) {
        this.username = username;
        this.password = password;
    }
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Basic ${Buffer.from(`${this.username}:${this.password}`).toString('base64')}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return auth_awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
class BearerCredentialHandler {
    constructor(token) {
        this.token = token;
    }
    // currently implements pre-authorization
    // TODO: support preAuth = false where it hooks on 401
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Bearer ${this.token}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return auth_awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
class PersonalAccessTokenCredentialHandler {
    constructor(token) {
        this.token = token;
    }
    // currently implements pre-authorization
    // TODO: support preAuth = false where it hooks on 401
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Basic ${Buffer.from(`PAT:${this.token}`).toString('base64')}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return auth_awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
//# sourceMappingURL=auth.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/oidc-utils.js
var oidc_utils_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



class OidcClient {
    static createHttpClient(allowRetry = true, maxRetry = 10) {
        const requestOptions = {
            allowRetries: allowRetry,
            maxRetries: maxRetry
        };
        return new HttpClient('actions/oidc-client', [new BearerCredentialHandler(OidcClient.getRequestToken())], requestOptions);
    }
    static getRequestToken() {
        const token = process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
        if (!token) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable');
        }
        return token;
    }
    static getIDTokenUrl() {
        const runtimeUrl = process.env['ACTIONS_ID_TOKEN_REQUEST_URL'];
        if (!runtimeUrl) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable');
        }
        return runtimeUrl;
    }
    static getCall(id_token_url) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            var _a;
            const httpclient = OidcClient.createHttpClient();
            const res = yield httpclient
                .getJson(id_token_url)
                .catch(error => {
                throw new Error(`Failed to get ID Token. \n 
        Error Code : ${error.statusCode}\n 
        Error Message: ${error.message}`);
            });
            const id_token = (_a = res.result) === null || _a === void 0 ? void 0 : _a.value;
            if (!id_token) {
                throw new Error('Response json body do not have ID Token field');
            }
            return id_token;
        });
    }
    static getIDToken(audience) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            try {
                // New ID Token is requested from action service
                let id_token_url = OidcClient.getIDTokenUrl();
                if (audience) {
                    const encodedAudience = encodeURIComponent(audience);
                    id_token_url = `${id_token_url}&audience=${encodedAudience}`;
                }
                debug(`ID token url is ${id_token_url}`);
                const id_token = yield OidcClient.getCall(id_token_url);
                setSecret(id_token);
                return id_token;
            }
            catch (error) {
                throw new Error(`Error message: ${error.message}`);
            }
        });
    }
}
//# sourceMappingURL=oidc-utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/summary.js
var summary_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { access, appendFile, writeFile } = external_fs_namespaceObject.promises;
const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
const SUMMARY_DOCS_URL = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary';
class Summary {
    constructor() {
        this._buffer = '';
    }
    /**
     * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
     * Also checks r/w permissions.
     *
     * @returns step summary file path
     */
    filePath() {
        return summary_awaiter(this, void 0, void 0, function* () {
            if (this._filePath) {
                return this._filePath;
            }
            const pathFromEnv = process.env[SUMMARY_ENV_VAR];
            if (!pathFromEnv) {
                throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
            }
            try {
                yield access(pathFromEnv, external_fs_namespaceObject.constants.R_OK | external_fs_namespaceObject.constants.W_OK);
            }
            catch (_a) {
                throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
            }
            this._filePath = pathFromEnv;
            return this._filePath;
        });
    }
    /**
     * Wraps content in an HTML tag, adding any HTML attributes
     *
     * @param {string} tag HTML tag to wrap
     * @param {string | null} content content within the tag
     * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
     *
     * @returns {string} content wrapped in HTML element
     */
    wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs)
            .map(([key, value]) => ` ${key}="${value}"`)
            .join('');
        if (!content) {
            return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    /**
     * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
     *
     * @param {SummaryWriteOptions} [options] (optional) options for write operation
     *
     * @returns {Promise<Summary>} summary instance
     */
    write(options) {
        return summary_awaiter(this, void 0, void 0, function* () {
            const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
            const filePath = yield this.filePath();
            const writeFunc = overwrite ? writeFile : appendFile;
            yield writeFunc(filePath, this._buffer, { encoding: 'utf8' });
            return this.emptyBuffer();
        });
    }
    /**
     * Clears the summary buffer and wipes the summary file
     *
     * @returns {Summary} summary instance
     */
    clear() {
        return summary_awaiter(this, void 0, void 0, function* () {
            return this.emptyBuffer().write({ overwrite: true });
        });
    }
    /**
     * Returns the current summary buffer as a string
     *
     * @returns {string} string of summary buffer
     */
    stringify() {
        return this._buffer;
    }
    /**
     * If the summary buffer is empty
     *
     * @returns {boolen} true if the buffer is empty
     */
    isEmptyBuffer() {
        return this._buffer.length === 0;
    }
    /**
     * Resets the summary buffer without writing to summary file
     *
     * @returns {Summary} summary instance
     */
    emptyBuffer() {
        this._buffer = '';
        return this;
    }
    /**
     * Adds raw text to the summary buffer
     *
     * @param {string} text content to add
     * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
     *
     * @returns {Summary} summary instance
     */
    addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
    }
    /**
     * Adds the operating system-specific end-of-line marker to the buffer
     *
     * @returns {Summary} summary instance
     */
    addEOL() {
        return this.addRaw(external_os_namespaceObject.EOL);
    }
    /**
     * Adds an HTML codeblock to the summary buffer
     *
     * @param {string} code content to render within fenced code block
     * @param {string} lang (optional) language to syntax highlight code
     *
     * @returns {Summary} summary instance
     */
    addCodeBlock(code, lang) {
        const attrs = Object.assign({}, (lang && { lang }));
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML list to the summary buffer
     *
     * @param {string[]} items list of items to render
     * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
     *
     * @returns {Summary} summary instance
     */
    addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML table to the summary buffer
     *
     * @param {SummaryTableCell[]} rows table rows
     *
     * @returns {Summary} summary instance
     */
    addTable(rows) {
        const tableBody = rows
            .map(row => {
            const cells = row
                .map(cell => {
                if (typeof cell === 'string') {
                    return this.wrap('td', cell);
                }
                const { header, data, colspan, rowspan } = cell;
                const tag = header ? 'th' : 'td';
                const attrs = Object.assign(Object.assign({}, (colspan && { colspan })), (rowspan && { rowspan }));
                return this.wrap(tag, data, attrs);
            })
                .join('');
            return this.wrap('tr', cells);
        })
            .join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds a collapsable HTML details element to the summary buffer
     *
     * @param {string} label text for the closed state
     * @param {string} content collapsable content
     *
     * @returns {Summary} summary instance
     */
    addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML image tag to the summary buffer
     *
     * @param {string} src path to the image you to embed
     * @param {string} alt text description of the image
     * @param {SummaryImageOptions} options (optional) addition image attributes
     *
     * @returns {Summary} summary instance
     */
    addImage(src, alt, options) {
        const { width, height } = options || {};
        const attrs = Object.assign(Object.assign({}, (width && { width })), (height && { height }));
        const element = this.wrap('img', null, Object.assign({ src, alt }, attrs));
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML section heading element
     *
     * @param {string} text heading text
     * @param {number | string} [level=1] (optional) the heading level, default: 1
     *
     * @returns {Summary} summary instance
     */
    addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag)
            ? tag
            : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML thematic break (<hr>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML line break (<br>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML blockquote to the summary buffer
     *
     * @param {string} text quote text
     * @param {string} cite (optional) citation url
     *
     * @returns {Summary} summary instance
     */
    addQuote(text, cite) {
        const attrs = Object.assign({}, (cite && { cite }));
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML anchor tag to the summary buffer
     *
     * @param {string} text link text/content
     * @param {string} href hyperlink
     *
     * @returns {Summary} summary instance
     */
    addLink(text, href) {
        const element = this.wrap('a', text, { href });
        return this.addRaw(element).addEOL();
    }
}
const _summary = new Summary();
/**
 * @deprecated use `core.summary`
 */
const markdownSummary = _summary;
const summary = _summary;
//# sourceMappingURL=summary.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/path-utils.js

/**
 * toPosixPath converts the given path to the posix form. On Windows, \\ will be
 * replaced with /.
 *
 * @param pth. Path to transform.
 * @return string Posix path.
 */
function toPosixPath(pth) {
    return pth.replace(/[\\]/g, '/');
}
/**
 * toWin32Path converts the given path to the win32 form. On Linux, / will be
 * replaced with \\.
 *
 * @param pth. Path to transform.
 * @return string Win32 path.
 */
function toWin32Path(pth) {
    return pth.replace(/[/]/g, '\\');
}
/**
 * toPlatformPath converts the given path to a platform-specific path. It does
 * this by replacing instances of / and \ with the platform-specific path
 * separator.
 *
 * @param pth The path to platformize.
 * @return string The platform-specific path.
 */
function toPlatformPath(pth) {
    return pth.replace(/[/\\]/g, external_path_namespaceObject.sep);
}
//# sourceMappingURL=path-utils.js.map
;// CONCATENATED MODULE: ./tools/stubs/exec/index.js
// Takes the place of @actions/exec (`overrides` in package.json), 46 KB with what it needs. @actions/core imports it for
// platform.getDetails() alone, which the gate does not call: it starts no program.
function getExecOutput() {
  throw new Error('@actions/exec is not part of this action: tools/stubs/exec takes its place')
}

;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/platform.js
var platform_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const getWindowsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout: version } = yield getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Version"', undefined, {
        silent: true
    });
    const { stdout: name } = yield getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Caption"', undefined, {
        silent: true
    });
    return {
        name: name.trim(),
        version: version.trim()
    };
});
const getMacOsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    var _a, _b, _c, _d;
    const { stdout } = yield getExecOutput('sw_vers', undefined, {
        silent: true
    });
    const version = (_b = (_a = stdout.match(/ProductVersion:\s*(.+)/)) === null || _a === void 0 ? void 0 : _a[1]) !== null && _b !== void 0 ? _b : '';
    const name = (_d = (_c = stdout.match(/ProductName:\s*(.+)/)) === null || _c === void 0 ? void 0 : _c[1]) !== null && _d !== void 0 ? _d : '';
    return {
        name,
        version
    };
});
const getLinuxInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout } = yield getExecOutput('lsb_release', ['-i', '-r', '-s'], {
        silent: true
    });
    const [name, version] = stdout.trim().split('\n');
    return {
        name,
        version
    };
});
const platform = external_os_namespaceObject.platform();
const arch = external_os_namespaceObject.arch();
const isWindows = platform === 'win32';
const isMacOS = platform === 'darwin';
const isLinux = platform === 'linux';
function getDetails() {
    return platform_awaiter(this, void 0, void 0, function* () {
        return Object.assign(Object.assign({}, (yield (isWindows
            ? getWindowsInfo()
            : isMacOS
                ? getMacOsInfo()
                : getLinuxInfo()))), { platform,
            arch,
            isWindows,
            isMacOS,
            isLinux });
    });
}
//# sourceMappingURL=platform.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/core.js
var core_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function setSecret(secret) {
    issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${external_path_namespaceObject.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return issueFileCommand('OUTPUT', prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_namespaceObject.EOL);
    issueCommand('set-output', { name }, toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function debug(message) {
    issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function error(message, properties = {}) {
    issueCommand('error', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    issueCommand('warning', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_namespaceObject.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function core_startGroup(name) {
    issue('group', name);
}
/**
 * End an output group.
 */
function core_endGroup() {
    issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return core_awaiter(this, void 0, void 0, function* () {
        core_startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            core_endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return issueFileCommand('STATE', prepareKeyValueMessage(name, value));
    }
    issueCommand('save-state', { name }, toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return core_awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map
;// CONCATENATED MODULE: ./src/inputs/input-reader.ts



const CONNECTION_INPUTS = {
    token: { secret: true },
    access_key: { secret: true },
    secret_key: { secret: true },
    security_token: { secret: true },
    project_id: {},
    oidc_provider_urn: {},
    oidc_agency_urn: {},
    oidc_audience: {},
    sts_endpoint: {},
    region: {},
    endpoint: {},
};
const MAX_SHOWN_CHARACTERS = 80;
class InputReader {
    problems;
    warnings = [];
    #declarations;
    constructor(declarations) {
        this.#declarations = declarations;
        this.problems = misspelledInputs(Object.keys(declarations));
    }
    get secrets() {
        const inputs = Object.entries(this.#declarations).filter(([, { secret }]) => secret);
        return inputs.map(([name]) => getInput(name));
    }
    text(name) {
        return getInput(name) || (this.#declarations[name].default ?? '');
    }
    read = (name, accepts, parse) => {
        const text = this.text(name);
        const { required, secret } = this.#declarations[name];
        if (text === '') {
            if (required)
                this.problems.push(message `${name} is missing: it accepts ${accepts}`);
            return undefined;
        }
        const value = parse(text);
        if (value === undefined)
            this.problems.push(message `${name} is ${describeValue(name, text, secret)}: it accepts ${accepts}`);
        return value;
    };
}
function readSource({ read }) {
    return {
        commit: read('commit', '7 to 64 hexadecimal digits', parseCommit),
        branch: read('branch', 'the name of a branch', parseBranch),
        tag: read('tag', 'the name of a tag', parseTag),
    };
}
function misspelledInputs(declared) {
    return Object.keys(process.env)
        .filter(variable => variable.startsWith('INPUT_'))
        .map(variable => variable.slice('INPUT_'.length).toLowerCase())
        .filter(name => !declared.includes(name))
        .flatMap(name => {
        const meant = declared.find(known => isNear(known, name, known.length <= MAX_SHORT_NAME ? 1 : 2));
        return meant === undefined
            ? []
            : [message `${quoted(name)} is not an input of this action: use ${meant}`];
    });
}
const MAX_SHORT_NAME = 5;
function isNear(one, other, edits) {
    if (one === other)
        return true;
    if (edits === 0)
        return false;
    let at = 0;
    while (one[at] === other[at])
        at++;
    const from = one.slice(at);
    const to = other.slice(at);
    const isSwap = one[at] === other[at + 1] && one[at + 1] === other[at];
    return (isNear(from.slice(1), to, edits - 1) ||
        isNear(from, to.slice(1), edits - 1) ||
        isNear(from.slice(1), to.slice(1), edits - 1) ||
        (isSwap && isNear(from.slice(2), to.slice(2), edits - 1)));
}
function describeValue(name, text, isSecret = false) {
    if (isSecret)
        return message `not valid (it has ${oddCharacter(text)})`;
    if (['endpoint', 'sts_endpoint'].includes(name) && /[@?#]/.test(text))
        return message `a URL with user, password, query or fragment`;
    return quoted(text);
}
function oddCharacter(secret) {
    if (/[\r\n]/.test(secret))
        return 'a line end';
    if (/\s/.test(secret))
        return 'a space';
    if (secret.includes(','))
        return 'a comma';
    return 'a character that is not visible ASCII';
}
function quoted(text) {
    return message `"${quote(text, MAX_SHOWN_CHARACTERS)}"`;
}

;// CONCATENATED MODULE: ./src/inputs/regions.ts




const OTHER_HOSTS = {
    'eu-west-101': 'build-backend.eu-west-101.myhuaweicloud.eu',
};
const DEFAULT_REGION = 'cn-north-4';
function isRegion(text) {
    return /^[a-z]{2}-[a-z]{2,20}-[0-9]{1,3}$/.test(text);
}
function endpointOf(region) {
    return new URL(`https://${OTHER_HOSTS[region] ?? `cloudbuild-ext.${region}.myhuaweicloud.com`}`);
}
const REGIONS_WITHOUT_STS = ['cn-east-2', 'cn-north-1', 'cn-south-2', 'la-north-2'];
function stsEndpointOf(region) {
    const where = REGIONS_WITHOUT_STS.includes(region) ? DEFAULT_REGION : region;
    return new URL(`https://sts.${where}.myhuaweicloud.${where === 'eu-west-101' ? 'eu' : 'com'}`);
}
const REGION_ACCEPTS = `a region name such as ${DEFAULT_REGION}`;
const ENDPOINT_ACCEPTS = 'an https:// URL without user, password, query or fragment (http:// only for localhost, 127.0.0.0/8 and [::1])';
function readEndpoints(reader) {
    const isGiven = reader.text('region') !== '';
    let region = reader.read('region', REGION_ACCEPTS, text => (isRegion(text) ? text : undefined));
    const effective = () => (region ??= isGiven ? DEFAULT_REGION : regionOfEnvironment(reader));
    const endpoint = reader.read('endpoint', ENDPOINT_ACCEPTS, parseEndpoint) ?? endpointOf(effective());
    const sts = reader.read('sts_endpoint', ENDPOINT_ACCEPTS, parseEndpoint);
    return { endpoint, stsEndpoint: () => sts ?? stsEndpointOf(effective()) };
}
function regionOfEnvironment({ problems }) {
    const variable = ['HUAWEI_CLOUD_REGION', 'HW_REGION_NAME'].find(name => environmentValue(name) !== '');
    if (variable === undefined)
        return DEFAULT_REGION;
    const region = environmentValue(variable);
    if (isRegion(region))
        return region;
    problems.push(message `region, from the variable ${variable}, is ${quoted(region)}: it accepts ${REGION_ACCEPTS}`);
    return DEFAULT_REGION;
}

;// CONCATENATED MODULE: ./src/start/inputs.ts






const START_INPUTS = {
    job_id: { required: true },
    commit: {},
    branch: {},
    tag: {},
    parameters: {},
    ...CONNECTION_INPUTS,
};
const PARAMETER_NAME = /^[A-Za-z0-9_]{1,128}$/;
const MAX_VALUE_CHARACTERS = 8_192;
const FORBIDDEN_NAMES = ['LD_PRELOAD', 'LD_LIBRARY_PATH', 'PATH', 'BASH_ENV', 'GIT_SSH_COMMAND', 'path'];
const SECRET_NAME = /pass|pwd|token|secret|key|cred|auth|private/i;
function secretStartInputs() {
    const reader = new InputReader(START_INPUTS);
    const secrets = linesOf(reader).filter(({ name }) => SECRET_NAME.test(name));
    return [
        ...[...reader.secrets, ...environmentSecrets()].map(value => ({ value, kind: 'credential' })),
        ...secrets.map(({ value }) => ({ value, kind: 'password' })),
    ];
}
function readStartInputs() {
    const reader = new InputReader(START_INPUTS);
    const { problems, warnings } = reader;
    const jobId = reader.read('job_id', 'the 32 letters and digits of the build task ID', parseJobId);
    const source = readSource(reader);
    const given = ['commit', 'branch', 'tag'].filter(name => reader.text(name) !== '');
    if (given.length > 1)
        problems.push([`${given.join(' and ')} are given: one at most can say what is built`]);
    const lines = linesOf(reader);
    for (const line of lines) {
        const problem = problemOf(line, lines, given.includes('branch'));
        if (problem !== undefined)
            problems.push(message `parameters, line ${line.lineNo}, ${problem}`);
    }
    const parameters = lines.map(({ name, value }) => ({ name, value }));
    const { endpoint, stsEndpoint } = readEndpoints(reader);
    const credentials = chooseCredentials(reader, stsEndpoint);
    if (problems.length > 0 || jobId === undefined || credentials === undefined)
        return { ok: false, problems };
    return { ok: true, inputs: { jobId, ...source, parameters, endpoint, credentials, warnings } };
}
function linesOf(reader) {
    const lines = reader.text('parameters').split(/\r\n|\r|\n/);
    return lines.flatMap((line, at) => {
        const text = line.trim();
        const end = text.indexOf('=');
        const [name, value] = [text.slice(0, Math.max(end, 0)), text.slice(end + 1)];
        return text === '' ? [] : [{ name, value, lineNo: at + 1, hasName: end >= 0 }];
    });
}
function problemOf({ name, value, hasName, lineNo }, lines, isBranchGiven) {
    if (!hasName)
        return message `has no "=": it accepts NAME=value, and a value has no line ends`;
    if (!PARAMETER_NAME.test(name))
        return message `has a name that is not 1 to 128 of A-Z, a-z, 0-9 and _`;
    if (FORBIDDEN_NAMES.includes(name))
        return message `sets ${name}, which the service does not allow`;
    if (isBranchGiven && name === BRANCH_PARAMETER)
        return message `sets ${name}, which the input branch sets`;
    const first = lines.find(line => line.name === name)?.lineNo ?? lineNo;
    if (first < lineNo)
        return message `sets ${name}, which line ${first} sets`;
    if (value.length <= MAX_VALUE_CHARACTERS)
        return undefined;
    return message `gives ${name} ${value.length} characters: it accepts ${MAX_VALUE_CHARACTERS} at most`;
}

;// CONCATENATED MODULE: ./src/report/escapes.ts
const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const JSON_SHORT = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const ESCAPES = [
    {
        sign: '%',
        pattern: /%[0-7][0-9a-f]|%[c-f][0-9a-f](?:%[89ab][0-9a-f]){1,3}/gi,
        decode: escape => Buffer.from(escape.replaceAll('%', ''), 'hex').toString(),
    },
    {
        sign: '\\',
        pattern: /\\(?:u[0-9a-f]{4}|["\\/bfnrt])/gi,
        decode: escape => escape.length > 2
            ? String.fromCharCode(Number.parseInt(escape.slice(2), 16))
            : (JSON_SHORT[escape.charAt(1)] ?? escape.charAt(1)),
    },
    {
        sign: '&',
        pattern: /&(?:#[0-9]{1,6}|#x[0-9a-f]{1,5}|amp|lt|gt|quot|apos);/gi,
        decode(escape) {
            const name = escape.slice(1, -1).toLowerCase();
            return NAMED[name] ?? String.fromCodePoint(Number(name.replace('#x', '0x').replace('#', '')));
        },
    },
];
function readings(text) {
    const asIs = { text, placeOf: (at) => at };
    const all = [asIs];
    for (const escape of ESCAPES) {
        const once = undo(asIs, escape);
        if (once === undefined)
            continue;
        const twice = undo(once, escape);
        all.push(once, ...(twice === undefined ? [] : [twice]));
    }
    return all;
}
function undo({ text, placeOf }, { sign, pattern, decode }) {
    if (!text.includes(sign))
        return undefined;
    const parts = [];
    const undonePlaces = [];
    let end = 0;
    const keepUntil = (next) => {
        parts.push(text.slice(end, next));
        for (; end < next; end++)
            undonePlaces.push(placeOf(end));
    };
    for (const { 0: escape, index } of text.matchAll(pattern)) {
        keepUntil(index);
        const value = decode(escape);
        parts.push(value);
        undonePlaces.push(...value.split('').map(() => placeOf(index)));
        end = index + escape.length;
    }
    if (parts.length === 0)
        return undefined;
    keepUntil(text.length);
    undonePlaces.push(placeOf(text.length));
    return { text: parts.join(''), placeOf: at => undonePlaces[at] ?? 0 };
}

;// CONCATENATED MODULE: ./src/report/sanitize.ts
const ACTING = /(?![\u200c\u200d\ufe00-\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]/gu;
const PLAIN = /^[ -~]*$/;
const SHORT_ESCAPES = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
function escapeInvisible(text) {
    if (PLAIN.test(text))
        return text;
    return text.replace(ACTING, character => {
        const codePoint = character.codePointAt(0) ?? 0;
        const hex = codePoint.toString(16);
        return SHORT_ESCAPES[character] ?? (hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`);
    });
}
function logLine(text) {
    return withoutCommands(escapeInvisible(text));
}
function colouredLogLine(text) {
    const parts = text.split(SGR);
    const line = withoutCommands(parts.map(part => (isHarmlessSgr(part) ? part : visibleExceptTabs(part))).join(''));
    return parts.some(isHarmlessSgr) ? `${line}\u001b[0m` : line;
}
function withoutCommands(line) {
    return line.replaceAll('##[', '##\\[').replace(/^((?:\s|\u001b\[[0-9;]*m)*)::/u, '$1\\::');
}
function shorten(text, maxCharacters, length = text.length) {
    if (Math.max(text.length, length) <= maxCharacters)
        return text;
    return `${firstCharacters(text, maxCharacters)}… (${length} characters in all)`;
}
function firstCharacters(text, maxCharacters) {
    return text.slice(0, maxCharacters).replace(/[\ud800-\udbff]$/u, '');
}
function html(text) {
    return withReferences(escapeInvisible(text));
}
function htmlLogLine(text) {
    const line = withReferences(visibleExceptTabs(withoutSgr(text)));
    return /^[ \t]*$/.test(line) ? `${line}&#32;` : line;
}
function withReferences(text) {
    return text.replace(/[&<>"'`]/gu, character => `&#${character.charCodeAt(0)};`);
}
function visibleExceptTabs(text) {
    return text.split('\t').map(escapeInvisible).join('\t');
}
const SGR = /(\u001b\[[0-9;:]*m)/g;
function withoutSgr(line) {
    return line.replaceAll(SGR, '');
}
const COLOUR = '[39][0-7]|39|4[0-79]|10[0-7]|[34]8;5;[0-9]{1,3}|[34]8;2(?:;[0-9]{1,3}){3}';
const HARMLESS_CODE = `(?:0{0,2}|0?[134]|2[234]|${COLOUR})`;
const HARMLESS_SGR = new RegExp(`^\\u001b\\[${HARMLESS_CODE}(?:;${HARMLESS_CODE})*m$`);
function isHarmlessSgr(sequence) {
    return HARMLESS_SGR.test(sequence);
}

;// CONCATENATED MODULE: ./src/report/redact.ts



const MIN_SECRET_LENGTH = 4;
const PIECE_LENGTH = 12;
const BLOCK_LENGTH = PIECE_LENGTH / 2;
const MIN_MASKED_PASSWORD_LENGTH = 8;
const KEPT_SIGNATURES = 32;
const REDACTED = '***';
const MAX_PASSES = 5;
function createRedactor(mask) {
    const kept = new Secrets();
    let [recent, older, signatures] = [new Secrets(), new Secrets(), 0];
    return {
        add(secret, kind = 'credential') {
            const lines = secret.split(/[\r\n]+/).filter(line => line !== '');
            for (const line of lines) {
                if (kind === 'basic')
                    mask(Buffer.from(line).toString('base64'));
                else if (kind !== 'password' || line.length >= MIN_MASKED_PASSWORD_LENGTH)
                    mask(line);
            }
            if (kind === 'signature' && signatures++ % KEPT_SIGNATURES === 0)
                [recent, older] = [new Secrets(), recent];
            const secrets = kind === 'signature' ? recent : kept;
            const spellings = [...new Set([secret, ...lines])].filter(one => one.length >= MIN_SECRET_LENGTH);
            for (const one of [...lines, ...spellings.flatMap(base64Of)])
                secrets.add(one);
        },
        redact(text) {
            for (let pass = 0, before = ''; pass < MAX_PASSES; pass++) {
                before = text;
                text = redactOnce(text, [kept, recent, older]);
                if (text === before)
                    return text;
            }
            return REDACTED;
        },
    };
}
function base64Of(secret) {
    return ['', '\n', '\r\n'].flatMap(lineEnd => {
        const padded = Buffer.from(secret + lineEnd).toString('base64');
        const url = padded.replaceAll('+', '-').replaceAll('/', '_');
        return [padded, url].flatMap(one => [one, one.replace(/={1,2}$/, '')]);
    });
}
class Secrets {
    #short = new Map();
    #long = new Set();
    #blocks = new Parts(BLOCK_LENGTH);
    #pieces;
    add(secret) {
        const folded = fold(secret);
        const { length } = folded;
        if (length < MIN_SECRET_LENGTH)
            return;
        if (length < PIECE_LENGTH) {
            const short = this.#short.get(length) ?? new Parts(length);
            this.#short.set(length, short);
            short.add(folded);
            return;
        }
        this.#long.add(folded);
        for (let at = 0; at + BLOCK_LENGTH <= length; at += BLOCK_LENGTH)
            this.#blocks.add(folded.slice(at, at + BLOCK_LENGTH));
        this.#pieces = undefined;
    }
    find(view, onFound) {
        for (const short of this.#short.values())
            short.find(view, onFound);
        if (this.#blocks.find(view))
            this.#listedPieces().find(view, onFound);
    }
    #listedPieces() {
        if (this.#pieces !== undefined)
            return this.#pieces;
        const pieces = new Parts(PIECE_LENGTH);
        for (const secret of this.#long)
            for (let at = 0; at + PIECE_LENGTH <= secret.length; at++)
                pieces.add(secret.slice(at, at + PIECE_LENGTH));
        return (this.#pieces = pieces);
    }
}
const FACTOR = 31;
class Parts {
    #length;
    #texts = new Set();
    #hashes = new Set();
    #leaving = 1;
    constructor(length) {
        this.#length = length;
        for (let at = 0; at < length; at++)
            this.#leaving = Math.imul(this.#leaving, FACTOR);
    }
    add(part) {
        let hash = 0;
        for (let at = 0; at < part.length; at++)
            hash = (Math.imul(hash, FACTOR) + part.charCodeAt(at)) | 0;
        this.#hashes.add(hash);
        this.#texts.add(part);
    }
    find(text, onFound) {
        if (this.#texts.size === 0)
            return false;
        let isFound = false;
        let hash = 0;
        for (let to = 1; to <= text.length; to++) {
            const from = to - this.#length;
            const left = from < 1 ? 0 : Math.imul(text.charCodeAt(from - 1), this.#leaving);
            hash = (Math.imul(hash, FACTOR) + text.charCodeAt(to - 1) - left) | 0;
            if (from < 0 || !this.#hashes.has(hash) || !this.#texts.has(text.slice(from, to)))
                continue;
            isFound = true;
            onFound?.(from, to);
        }
        return isFound;
    }
}
function fold(text) {
    const plain = text.replaceAll('+', ' ');
    if (/^[\0-\x7f]*$/.test(plain))
        return plain.toLowerCase();
    return plain.replace(/\p{Lu}/gu, letter => {
        const lower = letter.toLowerCase();
        return lower.length === letter.length ? lower : letter;
    });
}
function redactOnce(text, secrets) {
    let hidden;
    for (const { text: read, placeOf } of readings(text)) {
        const view = fold(read);
        for (const one of secrets)
            one.find(view, (from, to) => {
                hidden ??= new Uint8Array(text.length);
                hidden.fill(1, placeOf(from), placeOf(to));
            });
    }
    if (hidden === undefined)
        return text;
    let shown = '';
    for (let at = 0; at < text.length;) {
        const from = at;
        const isHidden = hidden[at];
        while (at < text.length && hidden[at] === isHidden)
            at++;
        shown += isHidden === 1 ? REDACTED : text.slice(from, at);
    }
    return shown;
}
const MAX_OWN_CHARACTERS = 10_000;
const MAX_LOG_LINE_CHARACTERS = 1_000;
function shownParts(words, redact) {
    const parts = (typeof words === 'string' ? [words] : words).map(part => typeof part === 'string'
        ? { text: shownStart({ quoted: part, maxCharacters: MAX_OWN_CHARACTERS }, redact), isQuote: false }
        : { text: shownStart(part, redact), isQuote: true });
    const whole = parts.map(({ text }) => text).join('');
    const redacted = redact(whole);
    return redacted === whole ? parts : [{ text: redacted, isQuote: true }];
}
function shownText(words, redact) {
    return shownParts(words, redact)
        .map(({ text }) => text)
        .join('');
}
function shownStart({ quoted, length = quoted.length, maxCharacters, isBeginning }, redact) {
    const searched = redact(quoted.slice(0, maxCharacters + SEARCHED_BEYOND));
    const isWhole = length <= maxCharacters + SEARCHED_BEYOND;
    if (isWhole && searched.length <= maxCharacters)
        return searched;
    return isBeginning === true
        ? `${firstCharacters(searched, maxCharacters)}…`
        : shorten(searched, maxCharacters, length);
}
function shownLogLine(line, redact) {
    const plain = withoutSgr(line);
    const redacted = redact(plain.slice(-(MAX_LOG_LINE_CHARACTERS + SEARCHED_BEYOND)));
    if (redacted === plain && plain.length <= MAX_LOG_LINE_CHARACTERS)
        return line;
    if (redacted.length <= MAX_LOG_LINE_CHARACTERS)
        return redacted;
    return `…${redacted.slice(-MAX_LOG_LINE_CHARACTERS).replace(/^[\udc00-\udfff]/, '')}`;
}

;// CONCATENATED MODULE: ./src/report/log.ts



const MAX_ANNOTATION_CHARACTERS = 4_000;
const MIN_MESSAGE_CHARACTERS = 2_500;
const MAX_LINE_CHARACTERS = 10_000;
function isRunner() {
    return process.env['GITHUB_ACTIONS'] === 'true';
}
function mask(line) {
    if (isRunner())
        setSecret(line);
}
function createLog(redact) {
    const line = (words) => logLine(shownText(words, redact));
    const safe = (words) => shorten(line(words), MAX_LINE_CHARACTERS);
    const annotate = (level, title, annotation) => {
        const text = annotationText(annotation, line);
        if (isRunner())
            core_namespaceObject[level](text, { title: safe(title) });
        else
            info(`${level === 'error' ? 'Error' : 'Warning'}: ${safe(title)}: ${text}`);
    };
    const startGroup = (title) => {
        if (isRunner())
            core_startGroup(safe(title));
        else
            info(safe(title));
    };
    const endGroup = () => {
        if (isRunner())
            core_endGroup();
    };
    return {
        info(words) {
            info(safe(words));
        },
        debug(words) {
            if (!isDebug())
                return;
            if (isRunner())
                debug(safe(words));
            else
                info(`Debug: ${safe(words)}`);
        },
        startGroup,
        endGroup,
        error(title, annotation) {
            annotate('error', title, annotation);
        },
        warning(title, annotation) {
            annotate('warning', title, annotation);
        },
        logLines(heading, lines, name) {
            const begin = name === undefined ? '' : `${safe(name)}: `;
            if (name === undefined)
                startGroup(heading);
            else
                info(`${begin}${safe(heading)}`);
            for (const one of lines)
                info(`${begin}${colouredLogLine(shownLogLine(one, redact))}`);
            if (name === undefined)
                endGroup();
        },
    };
}
function annotationText({ message, remedy, details }, line) {
    const end = remedy === undefined ? '' : `; ${line(remedy)}`;
    const room = Math.max(MAX_ANNOTATION_CHARACTERS - writtenLength(end), MIN_MESSAGE_CHARACTERS);
    const start = fitted(line(message), room);
    const words = start + fitted(end, MAX_ANNOTATION_CHARACTERS - writtenLength(start));
    const left = MAX_ANNOTATION_CHARACTERS - writtenLength(words) - ' ()'.length;
    const more = details === undefined ? '' : fitted(line(details), left);
    return more === '' ? words : `${words} (${more})`;
}
function writtenLength(text) {
    return text.length + 2 * (text.split('%').length - 1);
}
function fitted(text, maxCharacters) {
    if (writtenLength(text) <= maxCharacters)
        return text;
    let left = maxCharacters - `… (${text.length} characters in all)`.length;
    if (left <= 0)
        return '';
    let end = 0;
    for (; left > 0; end++)
        left -= text[end] === '%' ? 3 : 1;
    return shorten(text, left < 0 ? end - 1 : end);
}

;// CONCATENATED MODULE: ./src/report/output-file.ts




class OutputsError extends Error {
    name = 'OutputsError';
}
function openOutputs() {
    setOutputs({});
}
function setOutputs(outputs) {
    try {
        if (fileOf('GITHUB_OUTPUT') === undefined)
            return;
        for (const [name, value] of Object.entries({ success: 'false', ...outputs }))
            setOutput(name, value);
    }
    catch (error) {
        throw new OutputsError(`the outputs could not be written to the file that GITHUB_OUTPUT names: ${(0,util_errors/* messageOf */.bD)(error)}`, { cause: error });
    }
}
function hasSummary() {
    return output_file_nameOf('GITHUB_STEP_SUMMARY') !== '';
}
function writeSummary(markdown) {
    const file = fileOf('GITHUB_STEP_SUMMARY');
    if (file !== undefined)
        appendFileSync(file, markdown);
}
function output_file_nameOf(variable) {
    return process.env[variable] ?? '';
}
function fileOf(variable) {
    const file = output_file_nameOf(variable);
    if (file === '')
        return undefined;
    const found = (0,external_node_fs_namespaceObject.statSync)(file, { throwIfNoEntry: false });
    if (found?.isDirectory() === true)
        throw new Error('it is a folder');
    if (found?.isFIFO() === true)
        throw new Error('it is a pipe');
    if (found === undefined && isRunner())
        throw new Error('the runner has not made it');
    if (found === undefined)
        (0,external_node_fs_namespaceObject.appendFileSync)(file, '');
    return file;
}

;// CONCATENATED MODULE: ./src/start/start-build.ts





async function startBuild(order, tools) {
    const { retry, onRetry, cancel, onProgress } = tools;
    const { result, tries } = await withTries(() => attempt(order, tools), end => (end.kind === 'refused' ? end.error : undefined), { ...retry, onRetry, maxTries: MAX_TRIES, signal: cancel });
    if (result.kind === 'started') {
        onProgress(result.build);
        return { reason: 'success', message: describeStart(order, result.build), build: result.build };
    }
    const words = result.kind === 'unknown' ? result.message : afterTries(result.error, tries).message;
    const start = describeProgress(result.kind === 'unknown' ? 'unknown' : 'not_started');
    const asked = message `Asked for a build of job ${order.jobId}: ${words}; ${start.message}`;
    const said = { message: asked, remedy: start.remedy };
    if (cancel.aborted)
        return { ...said, reason: 'cancelled' };
    if (result.kind === 'unknown')
        return { ...said, reason: 'unknown' };
    return { ...said, reason: result.error.reason, remedy: result.error.remedy };
}
async function attempt(order, tools, isRenewed = false) {
    const { endpoint, credentials, http, nowMs, cancel, onProgress } = tools;
    const authorized = await authorize(executeJobRequest(endpoint, order), credentials, cancel);
    if (!authorized.ok)
        return { kind: 'refused', error: authorized.error };
    const sending = { hasBegun: false };
    const answer = await http.send(authorized.value, cancel, () => {
        sending.hasBegun = true;
        onProgress('unknown');
    });
    if (!answer.ok && sending.hasBegun)
        return { kind: 'unknown', message: answer.error.message };
    if (!answer.ok)
        return { kind: 'refused', error: ofNetwork(answer.error) };
    const end = readStartResponse(answer, nowMs());
    if (end.kind !== 'refused')
        return end;
    onProgress('not_started');
    if (answer.status !== 401)
        return end;
    const { isRenewable, remedy } = credentials.refused(answer, authorized.value);
    if (isRenewable && !isRenewed)
        return attempt(order, tools, true);
    if (remedy === undefined || end.error.isAboutCredentials !== true)
        return end;
    return { kind: 'refused', error: { ...end.error, remedy } };
}
function describeStart(order, build) {
    const { jobId, commit = '', branch = '', tag = '' } = order;
    const parameters = order.parameters.map(({ name }) => name).join(', ');
    const clauses = Object.entries({ 'daily number': build.dailyBuildNumber, commit, branch, tag, parameters })
        .filter(([, value]) => value !== '')
        .map(([name, value]) => message `${name}: ${quote(value)}`);
    return joined([message `Build ${build.buildNo} of job ${jobId} has started`, ...clauses], '; ');
}
function describeProgress(progress) {
    if (progress === 'not_started')
        return { message: message `no build was started` };
    if (progress !== 'unknown')
        return { message: message `build ${progress.buildNo} has started` };
    const remedy = message `before you run the step again, look for a new build in the history of the build task in CodeArts: if one is there, give its number to the gate`;
    return { message: message `a build may have started`, remedy };
}

;// CONCATENATED MODULE: ./src/start/report.ts






const TITLE = 'CodeArts Build Start';
function createStartReport() {
    const { add: addSecret, redact } = createRedactor(mask);
    const log = createLog(redact);
    let progress = 'not_started';
    let isFailureSaid = false;
    return {
        log,
        addSecret,
        warn(warning) {
            log.warning(TITLE, { message: warning });
        },
        setProgress: (now) => void (progress = now),
        end({ reason, message: facts, remedy, build }) {
            setOutputs({
                build_no: build === undefined ? '' : String(build.buildNo),
                daily_build_number: build?.dailyBuildNumber ?? '',
                execution_id: build?.executionId ?? '',
                reason,
            });
            isFailureSaid = reason !== 'success';
            if (isFailureSaid)
                log.error(`${TITLE}: ${reason}`, { message: facts, remedy });
            else
                log.info(facts);
        },
        succeed() {
            setOutputs({ success: 'true' });
        },
        reportCrash(what, error) {
            if (isFailureSaid)
                return;
            isFailureSaid = true;
            const reason = progress === 'not_started' ? 'internal_error' : 'unknown';
            const crash = error instanceof OutputsError ? `the step cannot pass, because ${error.message}` : what;
            const start = describeProgress(progress);
            const words = message `The step ended unexpectedly: ${crash}; ${start.message}`;
            const report = ['please report it with the log of a run that has debug logging on'];
            log.error(`${TITLE}: ${reason}`, { message: words, remedy: start.remedy ?? report });
            for (const line of (0,util_errors/* stackOf */.US)(error).split('\n'))
                log.debug(line);
            try {
                setOutputs({ reason });
            }
            catch (failure) {
                log.debug((0,util_errors/* messageOf */.bD)(failure));
            }
        },
    };
}

;// CONCATENATED MODULE: ./src/start/run.ts






async function run() {
    const report = createStartReport();
    const guard = (0,process_guard/* guardProcess */.V)(report);
    for (const { value, kind } of secretStartInputs())
        report.addSecret(value, kind);
    const result = await startAsAsked(report, guard.cancel);
    report.end(result);
    await guard.settle();
    const passes = result.reason === 'success' && !guard.cancel.aborted;
    if (result.reason === 'success' && !passes)
        report.end({
            ...result,
            reason: 'cancelled',
            message: message `${result.message}; then the step was cancelled, and the build goes on`,
        });
    if (passes)
        report.succeed();
    guard.end();
    return passes;
}
async function startAsAsked(report, cancel) {
    const read = readStartInputs();
    if (!read.ok) {
        const problems = joined(read.problems, '; ');
        const words = message `No request was sent, because the inputs are not valid: ${problems}`;
        return { reason: 'invalid_input', message: words };
    }
    const { endpoint, credentials, warnings } = read.inputs;
    for (const warning of warnings)
        report.warn(warning);
    const tools = createRequestTools(endpoint, credentials, report);
    return startBuild(read.inputs, { ...tools, endpoint, cancel, onProgress: report.setProgress });
}


/***/ }),

/***/ 17:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $N: () => (/* binding */ codeOf),
/* harmony export */   US: () => (/* binding */ stackOf),
/* harmony export */   b6: () => (/* binding */ textOf),
/* harmony export */   bD: () => (/* binding */ messageOf)
/* harmony export */ });
function messageOf(thrown) {
    return textOf(thrown, 'message') ?? String(thrown);
}
function codeOf(thrown) {
    return textOf(thrown, 'code') ?? '';
}
function stackOf(thrown) {
    return textOf(thrown, 'stack') ?? '';
}
function textOf(thrown, name) {
    if (typeof thrown !== 'object' || thrown === null || !(name in thrown))
        return undefined;
    const value = thrown[name];
    return typeof value === 'string' ? value : undefined;
}


/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/compat get default export */
/******/ (() => {
/******/ 	// getDefaultExport function for compatibility with non-harmony modules
/******/ 	__nccwpck_require__.n = (module) => {
/******/ 		var getter = module && module.__esModule ?
/******/ 			() => (module['default']) :
/******/ 			() => (module);
/******/ 		__nccwpck_require__.d(getter, { a: getter });
/******/ 		return getter;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/create fake namespace object */
/******/ (() => {
/******/ 	var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 	var leafPrototypes;
/******/ 	// create a fake namespace object
/******/ 	// mode & 1: value is a module id, require it
/******/ 	// mode & 2: merge all properties of value into the ns
/******/ 	// mode & 4: return value when already ns object
/******/ 	// mode & 16: return value when it's Promise-like
/******/ 	// mode & 8|1: behave like require
/******/ 	__nccwpck_require__.t = function(value, mode) {
/******/ 		if(mode & 1) value = this(value);
/******/ 		if(mode & 8) return value;
/******/ 		if(typeof value === 'object' && value) {
/******/ 			if((mode & 4) && value.__esModule) return value;
/******/ 			if((mode & 16) && typeof value.then === 'function') return value;
/******/ 		}
/******/ 		var ns = Object.create(null);
/******/ 		__nccwpck_require__.r(ns);
/******/ 		var def = {};
/******/ 		leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 		for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 			Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 		}
/******/ 		def['default'] = () => (value);
/******/ 		__nccwpck_require__.d(ns, def);
/******/ 		return ns;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/******/ /* webpack/runtime/make namespace object */
/******/ (() => {
/******/ 	// define __esModule on exports
/******/ 	__nccwpck_require__.r = (exports) => {
/******/ 		if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 			Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		}
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(452);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
