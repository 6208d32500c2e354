import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";

var __webpack_modules__ = {
 424: (() => {
  process.exitCode = 1;
  const {execPath: execPath, versions: versions, env: env} = process;
  const [major = 0, minor = 0] = versions.node.split(".").map(Number);
  if (major < 20 || major === 20 && minor < 3) {
   const title = "CodeArts Build";
   const words = `Node ${versions.node} is too old; run this step with Node 20.3 or later (it ran with ${execPath})`;
   const isRunner = env["GITHUB_ACTIONS"] === "true";
   const command = `::error title=${title}::${words.replace(/%/g, "%25")}`;
   process.stdout.write(`${isRunner ? command : `Error: ${title}: ${words}`}\n`);
   process.exit();
  }
 }),
 448: ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
  __nccwpck_require__.d(__webpack_exports__, {
   t: () => Addresses,
   a: () => openLookups
  });
  // CONCATENATED MODULE: external "node:dns"
  const external_node_dns_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:dns");
  var external_node_dns_default = __nccwpck_require__.n(external_node_dns_namespaceObject);
  // EXTERNAL MODULE: ./src/http/network-errors.ts
    var network_errors = __nccwpck_require__(360);
  // CONCATENATED MODULE: ./src/http/lookup.ts
  let openCount = 0;
  function openLookups() {
   return openCount;
  }
  class Addresses {
   #lookups=new Map;
   lookUp=(hostname, options, callback) => {
    const key = keyOf(hostname, options);
    const lookup = this.#lookups.get(key);
    if (lookup?.found !== void 0) process.nextTick(callback, ...lookup.found); else if (lookup !== void 0) lookup.waiting.push(callback); else this.#begin(key, hostname, options, callback);
   };
   recall=(hostname, options, callback) => {
    const found = this.#lookups.get(keyOf(hostname, options))?.found;
    process.nextTick(callback, ...found ?? NOT_KNOWN);
   };
   forget() {
    for (const [key, {found: found}] of this.#lookups) if (found !== void 0) this.#lookups.delete(key);
   }
   #begin(key, ...[hostname, options, callback]) {
    const lookup = {
     waiting: [ callback ]
    };
    this.#lookups.set(key, lookup);
    external_node_dns_default().lookup(hostname, options, (...found) => {
     openCount--;
     if (found[0]) this.#lookups.delete(key); else lookup.found = found;
     for (const waiting of lookup.waiting) waiting(...found);
    });
    openCount++;
   }
  }
  function keyOf(hostname, options) {
   return JSON.stringify([ hostname, options ]);
  }
  const NOT_KNOWN = [ new network_errors.pM({
   kind: "no_connection",
   message: [ "no connection was open for it, and no name is looked up for what the verdict does not need" ],
   retryable: false
  }), "" ];
 }),
 360: ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
  __nccwpck_require__.d(__webpack_exports__, {
   Jp: () => connectionCut,
   gD: () => CANCELLED,
   mG: () => networkErrorOf,
   pM: () => NetworkFailure
  });
  var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(24);
  var _util_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(17);
  var _util_message_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(395);
  class NetworkFailure extends Error {
   error;
   constructor(error) {
    super("network error");
    this.error = error;
   }
  }
  function connectionCut() {
   return Object.assign(new Error("the connection was cut"), {
    code: "ECONNRESET"
   });
  }
  const CANCELLED = {
   kind: "cancelled",
   message: [ "the request was cancelled" ],
   retryable: false
  };
  function networkErrorOf(thrown, peer, hasAnswered) {
   if (thrown instanceof NetworkFailure) return thrown.error;
   const code = (0, _util_errors_js__WEBPACK_IMPORTED_MODULE_2__.$N)(thrown);
   return lookupError(code, peer) ?? certificateError(thrown, code, peer) ?? tlsError(thrown, code, peer, hasAnswered) ?? httpError(code) ?? connectionError(thrown, code, peer);
  }
  function nameOf({host: host, isProxy: isProxy}) {
   return isProxy ? `the proxy ${host}` : host;
  }
  function lookupError(code, peer) {
   if (!/^(ENOTFOUND|ENODATA|EAI_[A-Z]+)$/.test(code)) return;
   const name = peer.isProxy ? `the proxy ${peer.host}` : peer.host.replace(/:\d+$/, "");
   const kind = peer.isProxy ? "no_proxy_host" : "no_host";
   return {
    kind: kind,
    message: _util_message_js__WEBPACK_IMPORTED_MODULE_1__.iU`no address of ${name} was found (${code})`,
    retryable: true
   };
  }
  const CERTIFICATE_KINDS = [ [ /^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/, "certificate_dates" ], [ /^(ERR_TLS_CERT_ALTNAME_(INVALID|FORMAT)|HOSTNAME_MISMATCH)$/, "certificate_host" ], [ /^(UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE)$/, "certificate_issuer" ], [ /^(CERT_|CRL_|ERROR_IN_C|UNABLE_TO_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_)/, "certificate" ] ];
  function certificateError(thrown, code, peer) {
   const kind = CERTIFICATE_KINDS.find(([pattern]) => pattern.test(code))?.[1];
   if (kind === void 0) return;
   const refused = _util_message_js__WEBPACK_IMPORTED_MODULE_1__.iU`the certificate of ${nameOf(peer)} was refused (${code}: ${(0, 
   _util_message_js__WEBPACK_IMPORTED_MODULE_1__.hD)((0, _util_errors_js__WEBPACK_IMPORTED_MODULE_2__.bD)(thrown))})`;
   const unusable = kind === "certificate_issuer" ? unusableExtraCertificates() : void 0;
   if (unusable === void 0) return {
    kind: kind,
    message: refused,
    retryable: false
   };
   return {
    kind: "certificate_file",
    message: _util_message_js__WEBPACK_IMPORTED_MODULE_1__.iU`${refused}, and ${unusable}`,
    retryable: false
   };
  }
  function unusableExtraCertificates() {
   const path = process.env["NODE_EXTRA_CA_CERTS"] ?? "";
   if (path === "") return;
   const named = _util_message_js__WEBPACK_IMPORTED_MODULE_1__.iU`NODE_EXTRA_CA_CERTS names ${(0, 
   _util_message_js__WEBPACK_IMPORTED_MODULE_1__.hD)(path)}, which`;
   try {
    if (!(0, node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path).isFile()) return _util_message_js__WEBPACK_IMPORTED_MODULE_1__.iU`${named} is not a file`;
    const hasCertificate = /-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/.test((0, node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(path, "latin1"));
    return hasCertificate ? void 0 : _util_message_js__WEBPACK_IMPORTED_MODULE_1__.iU`${named} has no certificate in PEM form`;
   } catch (error) {
    return _util_message_js__WEBPACK_IMPORTED_MODULE_1__.iU`${named} could not be read (${(0, 
    _util_errors_js__WEBPACK_IMPORTED_MODULE_2__.$N)(error)})`;
   }
  }
  function tlsError(thrown, code, peer, retryable) {
   if (code !== "EPROTO" && !/^ERR_(SSL|OSSL|TLS)_/.test(code)) return;
   const words = /:error:[0-9a-f]+:[^:]*:[^:]*:([^:]+)/i.exec((0, _util_errors_js__WEBPACK_IMPORTED_MODULE_2__.bD)(thrown))?.[1] ?? (0, 
   _util_errors_js__WEBPACK_IMPORTED_MODULE_2__.bD)(thrown);
   const failed = _util_message_js__WEBPACK_IMPORTED_MODULE_1__.iU`the TLS connection to ${nameOf(peer)} failed (${(0, 
   _util_message_js__WEBPACK_IMPORTED_MODULE_1__.hD)(words)})`;
   return {
    kind: "tls",
    message: failed,
    retryable: retryable
   };
  }
  function httpError(code) {
   if (code === "HPE_HEADER_OVERFLOW") {
    const words = "the headers of the answer are too large (HPE_HEADER_OVERFLOW)";
    return {
     kind: "malformed",
     message: [ words ],
     retryable: false
    };
   }
   if (!code.startsWith("HPE_")) return;
   return {
    kind: "malformed",
    message: [ `the answer is not HTTP (${code})` ],
    retryable: true
   };
  }
  function connectionError(thrown, code, peer) {
   if ([ "ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE" ].includes(code)) {
    const words = `no complete answer came from ${nameOf(peer)} (${code})`;
    return {
     kind: "cut",
     message: [ words ],
     retryable: true
    };
   }
   return {
    kind: "no_connection",
    message: unconnected(thrown, code, nameOf(peer)),
    retryable: true
   };
  }
  function unconnected(thrown, code, name) {
   const errors = errorsIn(thrown);
   if (errors.length > 0) {
    const addresses = errors.map(error => unconnected(error, (0, _util_errors_js__WEBPACK_IMPORTED_MODULE_2__.$N)(error), (0, 
    _util_errors_js__WEBPACK_IMPORTED_MODULE_2__.K5)(error, "address") ?? "one address"));
    return _util_message_js__WEBPACK_IMPORTED_MODULE_1__.iU`no address of ${name} could be reached: ${(0, 
    _util_message_js__WEBPACK_IMPORTED_MODULE_1__.oR)(addresses, ", ")}`;
   }
   if (code === "ECONNREFUSED") return [ `${name} refused the connection (${code})` ];
   if (code === "ETIMEDOUT") return [ `${name} did not answer in time (${code})` ];
   if (code === "ENETUNREACH" || code === "EHOSTUNREACH") return [ `this machine has no route to ${name} (${code})` ];
   return _util_message_js__WEBPACK_IMPORTED_MODULE_1__.iU`the connection to ${name} failed (${code === "" ? (0, 
   _util_message_js__WEBPACK_IMPORTED_MODULE_1__.hD)((0, _util_errors_js__WEBPACK_IMPORTED_MODULE_2__.bD)(thrown)) : code})`;
  }
  function errorsIn(thrown) {
   const hasErrors = typeof thrown === "object" && thrown !== null && "errors" in thrown;
   return hasErrors && Array.isArray(thrown.errors) ? thrown.errors : [];
  }
 }),
 22: ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
  __nccwpck_require__.d(__webpack_exports__, {
   J: () => endProcess,
   V: () => guardProcess
  });
  var _http_lookup_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(448);
  var _util_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(17);
  const CANCEL_SIGNALS = [ "SIGINT", "SIGTERM", "SIGHUP" ];
  const MAX_FLUSH_MS = 500;
  function guardProcess(report) {
   const cancel = new AbortController;
   let hasEnded = false;
   for (const name of CANCEL_SIGNALS) process.on(name, () => {
    cancel.abort();
   });
   const crash = error => {
    process.exitCode = 1;
    report.reportCrash((0, _util_errors_js__WEBPACK_IMPORTED_MODULE_1__.bD)(error), error);
    return endProcess();
   };
   process.on("uncaughtException", crash);
   process.on("unhandledRejection", crash);
   process.on("exit", () => {
    if (hasEnded) return;
    process.exitCode = 1;
    report.reportCrash("the process ended before the step had a result");
   });
   return {
    cancel: cancel.signal,
    async settle() {
     await flushLog();
     await hearSignals();
    },
    end() {
     hasEnded = true;
    }
   };
  }
  function endProcess() {
   if (process.exitCode !== 0 && (0, _http_lookup_js__WEBPACK_IMPORTED_MODULE_0__.a)() > 0) process.kill(process.pid, "SIGKILL");
   return process.exit();
  }
  function flushLog() {
   return new Promise(resolve => {
    setTimeout(resolve, MAX_FLUSH_MS);
    process.stdout.write("", () => {
     resolve();
    });
   });
  }
  function hearSignals() {
   return new Promise(resolve => {
    setImmediate(() => setImmediate(resolve));
   });
  }
 }),
 452: ((module, __unused_webpack___webpack_exports__, __nccwpck_require__) => {
  __nccwpck_require__.a(module, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => {
   try {
    __nccwpck_require__(424);
    var _process_guard_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(22);
    var _run_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(843);
    const passes = await (0, _run_js__WEBPACK_IMPORTED_MODULE_2__.e)();
    if (passes) process.exitCode = 0;
    (0, _process_guard_js__WEBPACK_IMPORTED_MODULE_1__.J)();
    __webpack_async_result__();
   } catch (e) {
    __webpack_async_result__(e);
   }
  }, 1);
 }),
 843: ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
  __nccwpck_require__.d(__webpack_exports__, {
   e: () => run_run
  });
  // CONCATENATED MODULE: ./package.json
  const package_namespaceObject = {
   rE: "1.2.0"
  };
  // CONCATENATED MODULE: external "node:crypto"
  const external_node_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");
  // CONCATENATED MODULE: ./src/credentials/signature.ts
  const ALGORITHM = "SDK-HMAC-SHA256";
  function sign(request, {accessKey: accessKey, secretKey: secretKey}, date) {
   const sdkDate = sdkDateOf(date);
   const headers = headersToSign(request, sdkDate);
   const names = headers.map(([name]) => name).join(";");
   const canonicalRequest = [ request.method, canonicalPath(request.url.pathname), canonicalQuery(request.url.search), headers.map(([name, value]) => `${name}:${value}\n`).join(""), names, sha256(request.body ?? "") ].join("\n");
   const stringToSign = [ ALGORITHM, sdkDate, sha256(canonicalRequest) ].join("\n");
   const signature = (0, external_node_crypto_namespaceObject.createHmac)("sha256", secretKey).update(stringToSign).digest("hex");
   return {
    headers: {
     "X-Sdk-Date": sdkDate,
     Authorization: `${ALGORITHM} Access=${accessKey}, SignedHeaders=${names}, Signature=${signature}`
    },
    signature: signature
   };
  }
  function sdkDateOf(date) {
   return date.toISOString().replace(/[-:]|\.[0-9]{3}/g, "");
  }
  function headersToSign({headers: headers, url: url}, sdkDate) {
   const all = Object.entries({
    ...headers,
    Host: url.host,
    "X-Sdk-Date": sdkDate
   });
   return all.map(([name, value]) => [ name.toLowerCase(), value.replace(/^[ \t]+|[ \t]+$/g, "") ]).sort(([one], [other]) => byCodePoint(one, other));
  }
  function canonicalPath(path) {
   const encoded = decoded(path).split("/").map(encode).join("/");
   return encoded.endsWith("/") ? encoded : `${encoded}/`;
  }
  function canonicalQuery(search) {
   const pairs = search.slice(1).split("&").filter(pair => pair !== "").map(pair => {
    const [name = "", ...value] = pair.split("=");
    return [ decoded(name), decoded(value.join("=")) ];
   });
   return pairs.sort((one, other) => byCodePoint(one[0], other[0]) || byCodePoint(one[1], other[1])).map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
  }
  function decoded(text) {
   return text.replace(/(?:%[0-9a-f]{2})+/gi, run => Buffer.from(run.replaceAll("%", ""), "hex").toString());
  }
  function encode(text) {
   return encodeURIComponent(text).replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  }
  function byCodePoint(one, other) {
   return Buffer.compare(Buffer.from(one), Buffer.from(other));
  }
  function sha256(text) {
   return (0, external_node_crypto_namespaceObject.createHash)("sha256").update(text).digest("hex");
  }
  // CONCATENATED MODULE: ./src/credentials/access-keys.ts
  function accessKeyCredentials(keys, source, tools) {
   return {
    authorize: request => Promise.resolve({
     ok: true,
     headers: signedHeaders(request, keys, tools)
    }),
    refused: response => ({
     isRenewable: false,
     remedy: [ remedyFor(response, keys, source, tools.nowMs()) ]
    })
   };
  }
  function signedHeaders(request, keys, {nowMs: nowMs, addSecret: addSecret}) {
   const own = {
    ...keys.securityToken === void 0 ? {} : {
     "X-Security-Token": keys.securityToken
    },
    ...keys.projectId === void 0 ? {} : {
     "X-Project-Id": keys.projectId
    }
   };
   const withOwn = {
    ...request,
    headers: {
     ...request.headers,
     ...own
    }
   };
   const {headers: headers, signature: signature} = sign(withOwn, keys, new Date(nowMs()));
   addSecret(signature, "signature");
   return {
    ...own,
    ...headers
   };
  }
  function remedyFor({status: status, headers: headers}, {securityToken: securityToken}, source, nowMs) {
   if (status !== 401) return `Add the IAM user of the keys to the CodeArts project of the build task, with a role that may view it. The keys are from ${source}`;
   const check = securityToken === void 0 ? `Check ${source}: both keys must belong to one pair that is neither disabled nor deleted` : `Check ${source}: the keys and the security token must belong together, and must not have expired`;
   const lockout = "The step does not try again, because six failures in a row lock an access key for five minutes";
   return afterClockRemedy(`${check}. ${lockout}`, headers, nowMs);
  }
  const SUSPICIOUS_SKEW_MS = 5 * 6e4;
  function serviceTimeMs(headers) {
   const ms = Date.parse(headers.date ?? "");
   return Number.isNaN(ms) ? void 0 : ms;
  }
  function afterClockRemedy(remedy, headers, nowMs) {
   const serviceMs = serviceTimeMs(headers);
   if (serviceMs === void 0 || Math.abs(serviceMs - nowMs) < SUSPICIOUS_SKEW_MS) return remedy;
   const minutes = Math.round(Math.abs(serviceMs - nowMs) / 6e4);
   return `Set the clock of this machine: it is ${minutes} minutes ${serviceMs > nowMs ? "behind" : "ahead of"} the clock of the service, ` + `and a signature may be 15 minutes off at most (it says ${formatTime(nowMs)}, and the service says ${formatTime(serviceMs)}). ${remedy}`;
  }
  function formatTime(ms) {
   return new Date(ms).toISOString().replace(/\.[0-9]{3}Z$/, "Z");
  }
  // CONCATENATED MODULE: ./src/http/retry.ts
  const MAX_TRIES = 4;
  const FIRST_PAUSE_MS = 1e3;
  const JITTER = .5;
  const MAX_RETRY_AFTER_MS = 6e4;
  const LONGEST_OUTLASTING_MS = 15e3;
  const MAX_PAUSE_MS = 24 * 60 * 6e4;
  async function withTries(attempt, errorOf, tools) {
   const {enough: enough, signal: signal, maxTries: maxTries} = tools;
   const stop = enough === void 0 ? signal : AbortSignal.any([ signal, enough ]);
   const isEnough = () => enough?.aborted === true;
   let result = await attempt();
   for (let tries = 1; ;tries++) {
    const end = {
     result: result,
     tries: tries,
     isCutShort: false
    };
    const error = errorOf(result);
    if (error?.retryable !== true || error.kind === "exchange_failed") return end;
    if ((error.retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS) return end;
    const isOutlasted = tools.outlastsThrottling === true && error.reason === "throttled";
    if (tries >= maxTries && !isOutlasted) return end;
    if (isEnough()) return {
     ...end,
     isCutShort: true
    };
    const pauseMs = pauseAfter(tries, error, tools.random(), isOutlasted ? LONGEST_OUTLASTING_MS : void 0);
    tools.onRetry(error, tries, pauseMs);
    await tools.sleep(pauseMs, stop);
    if (stop.aborted) return {
     ...end,
     isCutShort: isEnough()
    };
    const next = await attempt();
    if (errorOf(next)?.kind === "given_up") return end;
    result = next;
   }
  }
  function afterTries(error, {tries: tries, isCutShort: isCutShort}) {
   const ended = isCutShort ? {
    ...error,
    kind: "cut_short"
   } : error;
   return tries === 1 ? ended : {
    ...ended,
    tries: tries
   };
  }
  function pauseAfter(tries, {retryAfterMs: retryAfterMs = 0}, random, longestMs = MAX_PAUSE_MS) {
   const growingMs = Math.min(longestMs, FIRST_PAUSE_MS * 2 ** (tries - 1) * (1 + JITTER * random));
   return Math.round(Math.min(MAX_PAUSE_MS, Math.max(retryAfterMs, growingMs)));
  }
  const LASTING_5XX = [ 501, 505, 511 ];
  function isRetryableStatus(status) {
   if (status === 408 || status === 429) return true;
   return status >= 500 && status <= 599 && !LASTING_5XX.includes(status);
  }
  function retryAfterMs(headers, nowMs) {
   const text = headers["retry-after"]?.trim() ?? "";
   if (/^[0-9]+(\.[0-9]+)?$/.test(text)) return Math.ceil(Number(text) * 1e3);
   const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
   if (Number.isNaN(at)) return;
   const sentAt = Date.parse(headers.date ?? "");
   return Math.max(0, at - (Number.isNaN(sentAt) ? nowMs : sentAt));
  }
  // EXTERNAL MODULE: ./src/util/message.ts
    var util_message = __nccwpck_require__(395);
  // EXTERNAL MODULE: ./src/util/errors.ts
    var errors = __nccwpck_require__(17);
  // CONCATENATED MODULE: ./src/util/secure-url.ts
  function isSecure({protocol: protocol, hostname: hostname}) {
   return protocol === "https:" || protocol === "http:" && isLoopback(hostname);
  }
  function isLoopback(hostname) {
   return hostname === "localhost" || hostname === "[::1]" || /^127(\.[0-9]{1,3}){3}$/.test(hostname);
  }
  // CONCATENATED MODULE: ./src/credentials/oidc.ts
  const ASSUME_PATH = "/v5/agencies/assume-with-oidc";
  const MAX_ID_TOKEN_CHARACTERS = 2e4;
  const MAX_CLAIM_CHARACTERS = 300;
  const LIFETIME_SECONDS = {
   min: 900,
   max: 43200,
   unlessAsked: 3600
  };
  const GITHUB = {
   name: "GitHub’s OIDC provider",
   problem: "This run could not get its OIDC token",
   sent: []
  };
  const STS = {
   name: "STS",
   problem: "The OIDC token could not be exchanged for temporary keys"
  };
  async function exchangeToken(options, tools, tries) {
   const {providerUrn: providerUrn, agencyUrn: agencyUrn, stsEndpoint: stsEndpoint, givenToken: givenToken, neededMs: neededMs} = options;
   const requested = givenToken === void 0 ? await requestIdToken(options, tools, tries) : {
    ok: true,
    value: givenToken
   };
   if (!requested.ok) return requested;
   const assume = lifetime => {
    const from = {
     ...STS,
     sent: [ providerUrn, agencyUrn ]
    };
    return ask(assumeRequest(options, requested.value, lifetime), from, tools, tries);
   };
   const lifetime = givenToken === void 0 ? void 0 : lifetimeOf(neededMs);
   let exchange = await assume(lifetime);
   const {response: first} = exchange;
   if ((lifetime ?? 0) > LIFETIME_SECONDS.unlessAsked && first.ok && first.status === 400) exchange = await assume(void 0);
   const alsoCheck = givenToken === void 0 ? "" : ". Check also that oidc_token has not expired";
   if (!exchange.ok) return failed(STS.problem, exchange, {
    refused: util_message.iU`Check the trust policy of the agency, and the client IDs of the provider: they must allow sts:agencies:assumeWithOIDC for the claims of the token that the details show${alsoCheck}`,
    details: util_message.iU`; ${trustDetails(options, requested.value)}`,
    unanswered: util_message.iU`${exchange.error.remedy}. For this request the endpoint is sts_endpoint (${stsEndpoint.host})`
   });
   const {response: response} = exchange;
   const value = temporaryKeysIn(exchange.result, response.ok ? serviceTimeMs(response.headers) : void 0);
   if (value !== void 0) return {
    ok: true,
    value: value
   };
   return lastingError("invalid_response", {
    problem: STS.problem,
    remedy: "Check sts_endpoint and region, and any proxy or firewall on the way",
    details: "STS returned no usable keys"
   });
  }
  function assumeRequest({providerUrn: providerUrn, agencyUrn: agencyUrn, stsEndpoint: stsEndpoint, sessionName: sessionName}, idToken, lifetimeSeconds) {
   return {
    method: "POST",
    url: new URL(stsEndpoint.href.replace(/\/$/, "") + ASSUME_PATH),
    headers: {
     Accept: "application/json",
     "Content-Type": "application/json"
    },
    body: JSON.stringify({
     provider_urn: providerUrn,
     agency_urn: agencyUrn,
     agency_session_name: sessionName,
     id_token: idToken,
     duration_seconds: lifetimeSeconds
    })
   };
  }
  function lifetimeOf(neededMs) {
   if (neededMs === void 0) return;
   const {min: min, max: max} = LIFETIME_SECONDS;
   return Math.min(Math.max(Math.ceil(neededMs / 1e3), min), max);
  }
  async function requestIdToken({audience: audience, idTokenUrl: idTokenUrl, idTokenBearer: idTokenBearer}, tools, tries) {
   if (idTokenUrl === "" || idTokenBearer === "") return lastingError("unauthorized", {
    problem: "This job may not request an OIDC token",
    remedy: "Give it permissions: { id-token: write }. Runs for pull requests from forks never get that",
    details: "the runner gives no ACTIONS_ID_TOKEN_REQUEST_URL with a token"
   });
   const url = idTokenUrlOf(idTokenUrl, audience);
   if (url === void 0) return lastingError("invalid_response", {
    problem: GITHUB.problem,
    remedy: "Check whether an earlier step has set the variable ACTIONS_ID_TOKEN_REQUEST_URL",
    details: "the variable is not an https:// URL"
   });
   const headers = {
    Accept: "application/json",
    Authorization: `Bearer ${idTokenBearer}`
   };
   const exchange = await ask({
    method: "GET",
    url: url,
    headers: headers
   }, GITHUB, tools, tries);
   const remedy = "Run the workflow again. If that does not help, check its permissions (id-token: write)";
   if (!exchange.ok) return failed(GITHUB.problem, exchange, {
    refused: [ remedy ],
    unanswered: util_message.iU`${exchange.error.remedy}. For this request the endpoint is GitHub’s (${url.host})`
   });
   const value = (0, errors.K5)(exchange.result, "value");
   if (value !== void 0) tools.addSecret(value);
   if (value !== void 0 && isJwt(value)) return {
    ok: true,
    value: value
   };
   const details = "GitHub’s OIDC provider returned none";
   return lastingError("invalid_response", {
    problem: GITHUB.problem,
    remedy: remedy,
    details: details
   });
  }
  function lastingError(reason, {problem: problem, remedy: remedy, details: details}) {
   const words = {
    problem: [ problem ],
    remedy: [ remedy ],
    message: [ details ]
   };
   return {
    ok: false,
    error: {
     kind: "fault",
     reason: reason,
     ...words,
     retryable: false
    }
   };
  }
  function idTokenUrlOf(text, audience) {
   if (!URL.canParse(text)) return;
   const url = new URL(text);
   if (!isSecure(url) || url.username !== "" || url.password !== "") return;
   if (audience !== void 0) url.search += `${url.search === "" ? "?" : "&"}audience=${encodeURIComponent(audience)}`;
   return url;
  }
  async function ask(request, from, tools, tries) {
   const {addSecret: addSecret, http: http, nowMs: nowMs, onRetry: onRetry} = tools;
   const {result: result, ...tried} = await withTries(async () => {
    const response = await http.send(request, tries.signal);
    return {
     response: response,
     ...tools.readSecretResponse(response, nowMs(), {
      ...from,
      addSecret: addSecret
     })
    };
   }, exchanged => exchanged.ok ? void 0 : exchanged.error, {
    ...tools.retry,
    onRetry: onRetry,
    ...tries
   });
   return result.ok ? result : {
    ...result,
    error: afterTries(result.error, tried)
   };
  }
  function failed(problem, {response: response, error: error}, {refused: refused, unanswered: unanswered, details: details = []}) {
   const kind = error.kind === "given_up" ? error.kind : "fault";
   const failure = own => ({
    ok: false,
    error: {
     ...error,
     kind: kind,
     problem: response.ok ? error.problem : [ problem ],
     ...own
    }
   });
   const {reason: reason} = error;
   if (reason === "unreachable" || reason === "invalid_response") return failure({
    remedy: unanswered
   });
   if (reason === "throttled") return failure({});
   const isRefused = response.ok && response.status >= 400 && response.status < 500 && response.status !== 408;
   if (!isRefused) return failure({
    reason: "service_error"
   });
   return failure({
    reason: "unauthorized",
    remedy: refused,
    message: util_message.iU`${error.message}${details}`
   });
  }
  function trustDetails({providerUrn: providerUrn, agencyUrn: agencyUrn}, idToken) {
   const claims = claimsOf(idToken);
   const shown = [ "aud", "sub", "iss" ].map(name => {
    const value = [ fieldOf(claims, name) ].flat().join(", ");
    return util_message.iU`oidc:${name} ${value === "" ? "(none)" : (0, util_message.Nt)(value, MAX_CLAIM_CHARACTERS)}`;
   });
   return (0, util_message.oR)([ util_message.iU`agency ${agencyUrn}`, util_message.iU`provider ${providerUrn}`, ...shown ], "; ");
  }
  function isJwt(text) {
   return text.length <= MAX_ID_TOKEN_CHARACTERS && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
  }
  function claimsOf(jwt) {
   try {
    return JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString());
   } catch {
    return;
   }
  }
  function temporaryKeysIn(value, issuedAtMs) {
   const credentials = fieldOf(value, "credentials");
   const text = name => (0, errors.K5)(credentials, name) ?? "";
   const accessKey = text("access_key_id");
   const secretKey = text("secret_access_key");
   const securityToken = text("security_token");
   const expiresAtMs = Date.parse(text("expiration"));
   const areUsable = [ accessKey, secretKey, securityToken ].every(secret => /^[\x21-\x7e]+$/.test(secret));
   return areUsable && !Number.isNaN(expiresAtMs) ? {
    accessKey: accessKey,
    secretKey: secretKey,
    securityToken: securityToken,
    expiresAtMs: expiresAtMs,
    issuedAtMs: issuedAtMs
   } : void 0;
  }
  function fieldOf(value, name) {
   if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return;
   return value[name];
  }
  // CONCATENATED MODULE: ./src/credentials/temporary-keys.ts
  const MAX_MARGIN_MS = 5 * 6e4;
  const MAX_EXPIRED_EXCHANGES = 2;
  class KeylessCredentials {
   #options;
   #tools;
   #keys;
   #exchange;
   #marginMs=0;
   #expiredInARow=0;
   #serviceAheadMs=0;
   constructor(options, tools) {
    this.#options = options;
    this.#tools = tools;
   }
   async authorize(request, signal) {
    const result = await this.#current(signal);
    if (!result.ok) return result;
    const keys = {
     ...result.value,
     projectId: this.#options.projectId
    };
    return {
     ok: true,
     headers: signedHeaders(request, keys, this.#tools)
    };
   }
   refused({status: status, headers: headers}, request) {
    if (status !== 401) return {
     isRenewable: false,
     remedy: memberRemedy(this.#options)
    };
    this.#setClock(serviceTimeMs(headers));
    if (this.#isLast && !this.#areValid(this.#keys)) return {
     isRenewable: false,
     remedy: [ NOT_RENEWED_REMEDY ]
    };
    const isOfCurrentKeys = this.#keys?.securityToken === request.headers["X-Security-Token"];
    const isRenewable = !this.#isLast && (!isOfCurrentKeys || !this.#areValid(this.#keys));
    if (isOfCurrentKeys && isRenewable) this.#keys = void 0;
    return {
     isRenewable: isRenewable,
     remedy: [ afterClockRemedy(REFUSED_REMEDY, headers, this.#tools.nowMs()) ]
    };
   }
   get #isLast() {
    return this.#options.givenToken !== void 0;
   }
   async #current(signal) {
    const keys = this.#keys;
    if (keys !== void 0 && this.#isLast || this.#areValid(keys, this.#marginMs)) return {
     ok: true,
     value: keys
    };
    this.#exchange ??= this.#renew(signal).finally(() => {
     this.#exchange = void 0;
    });
    const result = await this.#exchange;
    return !result.ok && result.error.kind === "given_up" && !signal.aborted ? this.#current(signal) : result;
   }
   async #renew(signal) {
    const old = this.#keys;
    const maxTries = this.#areValid(old) ? 1 : MAX_TRIES;
    const exchange = await exchangeToken(this.#options, this.#tools, {
     maxTries: maxTries,
     signal: signal
    });
    if (!exchange.ok) {
     const mayUseOld = exchange.error.reason !== "unauthorized" && this.#areValid(old);
     return mayUseOld ? {
      ok: true,
      value: old
     } : exchange;
    }
    const keys = exchange.value;
    this.#setClock(keys.issuedAtMs);
    this.#expiredInARow = this.#areValid(keys) ? 0 : this.#expiredInARow + 1;
    const until = formatTime(keys.expiresAtMs);
    if (this.#expiredInARow >= MAX_EXPIRED_EXCHANGES) return lastingError("invalid_response", {
     problem: "The temporary keys had expired when they came",
     remedy: "Check sts_endpoint and the clock of this machine, then run the step again",
     details: `STS returned such keys twice in a row (valid until ${until})`
    });
    this.#keys = keys;
    this.#marginMs = Math.min(MAX_MARGIN_MS, this.#lifetimeMs(keys) / 2);
    this.#tools.log.info(util_message.iU`The OIDC token of the job was exchanged for temporary keys of ${this.#options.agencyUrn}, valid until ${until}${this.#isLast ? "; they cannot be renewed" : ""}`);
    return {
     ok: true,
     value: keys
    };
   }
   #areValid(keys, marginMs = 0) {
    return keys !== void 0 && this.#lifetimeMs(keys) > marginMs;
   }
   #lifetimeMs({expiresAtMs: expiresAtMs}) {
    return expiresAtMs - this.#tools.nowMs() - this.#serviceAheadMs;
   }
   #setClock(serviceMs) {
    if (serviceMs !== void 0) this.#serviceAheadMs = serviceMs - this.#tools.nowMs();
   }
  }
  const REFUSED_REMEDY = "Check region, and that the agency belongs to the account of the build task. " + "The step does not try again, because repeated failures lock keys";
  const NOT_RENEWED_REMEDY = "Let the agency allow sessions as long as timeout_minutes, or wait for a shorter time: the temporary keys have expired, and " + "could not be renewed, because oidc_token can be exchanged only while it is new";
  function memberRemedy({agencyUrn: agencyUrn}) {
   return util_message.iU`Give the agency a role in the CodeArts project that may view the build task (${agencyUrn}). Where CodeArts does not accept an agency as a member, use access_key and secret_key of an IAM user who is one`;
  }
  // CONCATENATED MODULE: ./src/credentials/credentials.ts
  function tokenCredentials(token) {
   return {
    authorize: () => Promise.resolve({
     ok: true,
     headers: {
      "X-Auth-Token": token
     }
    }),
    refused: () => ({
     isRenewable: false
    })
   };
  }
  function createCredentials(choice, tools) {
   switch (choice.kind) {
   case "token":
    return tokenCredentials(choice.token);

   case "access_keys":
    return accessKeyCredentials(choice.keys, choice.source, tools);

   case "keyless":
    return new KeylessCredentials(choice, tools);
   }
  }
  // CONCATENATED MODULE: external "node:stream"
  const external_node_stream_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream");
  // CONCATENATED MODULE: ./src/util/clock.ts
  const CLOCK = {
   nowMs: () => process.uptime() * 1e3,
   after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => {
     clearTimeout(timer);
    };
   }
  };
  async function sleep(clock, ms, signal) {
   if (signal.aborted) return;
   let cancel = () => {};
   const passed = new Promise(resolve => {
    cancel = clock.after(ms, resolve);
   });
   await unlessAborted(passed, signal);
   cancel();
  }
  async function unlessAborted(promise, signal) {
   if (signal.aborted) return;
   let onAbort = () => {};
   const aborted = new Promise(resolve => {
    onAbort = () => {
     resolve(void 0);
    };
   });
   signal.addEventListener("abort", onAbort);
   try {
    return await Promise.race([ promise, aborted ]);
   } finally {
    signal.removeEventListener("abort", onAbort);
   }
  }
  function timeLimit(clock, ms, signal) {
   const timeUp = new AbortController;
   let leftMs = ms;
   let sinceMs = 0;
   let stop = () => {};
   const resume = () => {
    sinceMs = clock.nowMs();
    stop = clock.after(leftMs, () => {
     timeUp.abort();
    });
   };
   const pause = () => {
    stop();
    leftMs -= clock.nowMs() - sinceMs;
   };
   resume();
   return {
    signal: AbortSignal.any([ signal, timeUp.signal ]),
    end: () => {
     stop();
    },
    pause: pause,
    resume: resume
   };
  }
  // EXTERNAL MODULE: ./src/http/lookup.ts + 1 modules
    var lookup = __nccwpck_require__(448);
  // EXTERNAL MODULE: ./src/http/network-errors.ts
    var network_errors = __nccwpck_require__(360);
  // CONCATENATED MODULE: external "node:http"
  const external_node_http_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");
  // CONCATENATED MODULE: external "node:https"
  const external_node_https_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:https");
  // CONCATENATED MODULE: external "http"
  const external_http_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("http");
  var external_http_namespaceObject_0 = __nccwpck_require__.t(external_http_namespaceObject, 2);
  // CONCATENATED MODULE: external "https"
  const external_https_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("https");
  var external_https_namespaceObject_0 = __nccwpck_require__.t(external_https_namespaceObject, 2);
  // CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/proxy.js
  function getProxyUrl(reqUrl) {
   const usingSsl = reqUrl.protocol === "https:";
   if (checkBypass(reqUrl)) return;
   const proxyVar = (() => {
    if (usingSsl) return process.env["https_proxy"] || process.env["HTTPS_PROXY"]; else return process.env["http_proxy"] || process.env["HTTP_PROXY"];
   })();
   if (proxyVar) try {
    return new DecodedURL(proxyVar);
   } catch (_a) {
    if (!proxyVar.startsWith("http://") && !proxyVar.startsWith("https://")) return new DecodedURL(`http://${proxyVar}`);
   } else return;
  }
  function checkBypass(reqUrl) {
   if (!reqUrl.hostname) return false;
   const reqHost = reqUrl.hostname;
   if (isLoopbackAddress(reqHost)) return true;
   const noProxy = process.env["no_proxy"] || process.env["NO_PROXY"] || "";
   if (!noProxy) return false;
   let reqPort;
   if (reqUrl.port) reqPort = Number(reqUrl.port); else if (reqUrl.protocol === "http:") reqPort = 80; else if (reqUrl.protocol === "https:") reqPort = 443;
   const upperReqHosts = [ reqUrl.hostname.toUpperCase() ];
   if (typeof reqPort === "number") upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
   for (const upperNoProxyItem of noProxy.split(",").map(x => x.trim().toUpperCase()).filter(x => x)) if (upperNoProxyItem === "*" || upperReqHosts.some(x => x === upperNoProxyItem || x.endsWith(`.${upperNoProxyItem}`) || upperNoProxyItem.startsWith(".") && x.endsWith(`${upperNoProxyItem}`))) return true;
   return false;
  }
  function isLoopbackAddress(host) {
   const hostLower = host.toLowerCase();
   return hostLower === "localhost" || hostLower.startsWith("127.") || hostLower.startsWith("[::1]") || hostLower.startsWith("[0:0:0:0:0:0:0:1]");
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
  // CONCATENATED MODULE: ./tools/stubs/tunnel/index.js
  const noAgent = () => ({});
 // CONCATENATED MODULE: ./tools/stubs/undici/index.js
    function ProxyAgent() {
   throw new Error("undici is not part of this action: tools/stubs/undici takes its place");
  }
  // CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/index.js
  var __awaiter = void 0 && (void 0).__awaiter || function(thisArg, _arguments, P, generator) {
   function adopt(value) {
    return value instanceof P ? value : new P(function(resolve) {
     resolve(value);
    });
   }
   return new (P || (P = Promise))(function(resolve, reject) {
    function fulfilled(value) {
     try {
      step(generator.next(value));
     } catch (e) {
      reject(e);
     }
    }
    function rejected(value) {
     try {
      step(generator["throw"](value));
     } catch (e) {
      reject(e);
     }
    }
    function step(result) {
     result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
    }
    step((generator = generator.apply(thisArg, _arguments || [])).next());
   });
  };
  var HttpCodes;
  (function(HttpCodes) {
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
  (function(Headers) {
   Headers["Accept"] = "accept";
   Headers["ContentType"] = "content-type";
  })(Headers || (Headers = {}));
  var MediaTypes;
  (function(MediaTypes) {
   MediaTypes["ApplicationJson"] = "application/json";
  })(MediaTypes || (MediaTypes = {}));
  const HttpRedirectCodes = [ HttpCodes.MovedPermanently, HttpCodes.ResourceMoved, HttpCodes.SeeOther, HttpCodes.TemporaryRedirect, HttpCodes.PermanentRedirect ];
  const HttpResponseRetryCodes = [ HttpCodes.BadGateway, HttpCodes.ServiceUnavailable, HttpCodes.GatewayTimeout ];
  const RetryableHttpVerbs = [ "OPTIONS", "GET", "DELETE", "HEAD" ];
  const ExponentialBackoffCeiling = 10;
  const ExponentialBackoffTimeSlice = 5;
  class HttpClientError extends Error {
   constructor(message, statusCode) {
    super(message);
    this.name = "HttpClientError";
    this.statusCode = statusCode;
    Object.setPrototypeOf(this, HttpClientError.prototype);
   }
  }
  class HttpClientResponse {
   constructor(message) {
    this.message = message;
   }
   readBody() {
    return __awaiter(this, void 0, void 0, function*() {
     return new Promise(resolve => __awaiter(this, void 0, void 0, function*() {
      let output = Buffer.alloc(0);
      this.message.on("data", chunk => {
       output = Buffer.concat([ output, chunk ]);
      });
      this.message.on("end", () => {
       resolve(output.toString());
      });
     }));
    });
   }
   readBodyBuffer() {
    return __awaiter(this, void 0, void 0, function*() {
     return new Promise(resolve => __awaiter(this, void 0, void 0, function*() {
      const chunks = [];
      this.message.on("data", chunk => {
       chunks.push(chunk);
      });
      this.message.on("end", () => {
       resolve(Buffer.concat(chunks));
      });
     }));
    });
   }
  }
  class lib_HttpClient {
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
     if (requestOptions.ignoreSslError != null) this._ignoreSslError = requestOptions.ignoreSslError;
     this._socketTimeout = requestOptions.socketTimeout;
     if (requestOptions.allowRedirects != null) this._allowRedirects = requestOptions.allowRedirects;
     if (requestOptions.allowRedirectDowngrade != null) this._allowRedirectDowngrade = requestOptions.allowRedirectDowngrade;
     if (requestOptions.maxRedirects != null) this._maxRedirects = Math.max(requestOptions.maxRedirects, 0);
     if (requestOptions.keepAlive != null) this._keepAlive = requestOptions.keepAlive;
     if (requestOptions.allowRetries != null) this._allowRetries = requestOptions.allowRetries;
     if (requestOptions.maxRetries != null) this._maxRetries = requestOptions.maxRetries;
    }
   }
   options(requestUrl, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function*() {
     return this.request("OPTIONS", requestUrl, null, additionalHeaders || {});
    });
   }
   get(requestUrl, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function*() {
     return this.request("GET", requestUrl, null, additionalHeaders || {});
    });
   }
   del(requestUrl, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function*() {
     return this.request("DELETE", requestUrl, null, additionalHeaders || {});
    });
   }
   post(requestUrl, data, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function*() {
     return this.request("POST", requestUrl, data, additionalHeaders || {});
    });
   }
   patch(requestUrl, data, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function*() {
     return this.request("PATCH", requestUrl, data, additionalHeaders || {});
    });
   }
   put(requestUrl, data, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function*() {
     return this.request("PUT", requestUrl, data, additionalHeaders || {});
    });
   }
   head(requestUrl, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function*() {
     return this.request("HEAD", requestUrl, null, additionalHeaders || {});
    });
   }
   sendStream(verb, requestUrl, stream, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function*() {
     return this.request(verb, requestUrl, stream, additionalHeaders);
    });
   }
   getJson(requestUrl_1) {
    return __awaiter(this, arguments, void 0, function*(requestUrl, additionalHeaders = {}) {
     additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
     const res = yield this.get(requestUrl, additionalHeaders);
     return this._processResponse(res, this.requestOptions);
    });
   }
   postJson(requestUrl_1, obj_1) {
    return __awaiter(this, arguments, void 0, function*(requestUrl, obj, additionalHeaders = {}) {
     const data = JSON.stringify(obj, null, 2);
     additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
     additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
     const res = yield this.post(requestUrl, data, additionalHeaders);
     return this._processResponse(res, this.requestOptions);
    });
   }
   putJson(requestUrl_1, obj_1) {
    return __awaiter(this, arguments, void 0, function*(requestUrl, obj, additionalHeaders = {}) {
     const data = JSON.stringify(obj, null, 2);
     additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
     additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
     const res = yield this.put(requestUrl, data, additionalHeaders);
     return this._processResponse(res, this.requestOptions);
    });
   }
   patchJson(requestUrl_1, obj_1) {
    return __awaiter(this, arguments, void 0, function*(requestUrl, obj, additionalHeaders = {}) {
     const data = JSON.stringify(obj, null, 2);
     additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
     additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
     const res = yield this.patch(requestUrl, data, additionalHeaders);
     return this._processResponse(res, this.requestOptions);
    });
   }
   request(verb, requestUrl, data, headers) {
    return __awaiter(this, void 0, void 0, function*() {
     if (this._disposed) throw new Error("Client has already been disposed.");
     const parsedUrl = new URL(requestUrl);
     let info = this._prepareRequest(verb, parsedUrl, headers);
     const maxTries = this._allowRetries && RetryableHttpVerbs.includes(verb) ? this._maxRetries + 1 : 1;
     let numTries = 0;
     let response;
     do {
      response = yield this.requestRaw(info, data);
      if (response && response.message && response.message.statusCode === HttpCodes.Unauthorized) {
       let authenticationHandler;
       for (const handler of this.handlers) if (handler.canHandleAuthentication(response)) {
        authenticationHandler = handler;
        break;
       }
       if (authenticationHandler) return authenticationHandler.handleAuthentication(this, info, data); else return response;
      }
      let redirectsRemaining = this._maxRedirects;
      while (response.message.statusCode && HttpRedirectCodes.includes(response.message.statusCode) && this._allowRedirects && redirectsRemaining > 0) {
       const redirectUrl = response.message.headers["location"];
       if (!redirectUrl) break;
       const parsedRedirectUrl = new URL(redirectUrl);
       if (parsedUrl.protocol === "https:" && parsedUrl.protocol !== parsedRedirectUrl.protocol && !this._allowRedirectDowngrade) throw new Error("Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.");
       yield response.readBody();
       if (parsedRedirectUrl.hostname !== parsedUrl.hostname) for (const header in headers) if (header.toLowerCase() === "authorization") delete headers[header];
       info = this._prepareRequest(verb, parsedRedirectUrl, headers);
       response = yield this.requestRaw(info, data);
       redirectsRemaining--;
      }
      if (!response.message.statusCode || !HttpResponseRetryCodes.includes(response.message.statusCode)) return response;
      numTries += 1;
      if (numTries < maxTries) {
       yield response.readBody();
       yield this._performExponentialBackoff(numTries);
      }
     } while (numTries < maxTries);
     return response;
    });
   }
   dispose() {
    if (this._agent) this._agent.destroy();
    this._disposed = true;
   }
   requestRaw(info, data) {
    return __awaiter(this, void 0, void 0, function*() {
     return new Promise((resolve, reject) => {
      function callbackForResult(err, res) {
       if (err) reject(err); else if (!res) reject(new Error("Unknown error")); else resolve(res);
      }
      this.requestRawWithCallback(info, data, callbackForResult);
     });
    });
   }
   requestRawWithCallback(info, data, onResult) {
    if (typeof data === "string") {
     if (!info.options.headers) info.options.headers = {};
     info.options.headers["Content-Length"] = Buffer.byteLength(data, "utf8");
    }
    let callbackCalled = false;
    function handleResult(err, res) {
     if (!callbackCalled) {
      callbackCalled = true;
      onResult(err, res);
     }
    }
    const req = info.httpModule.request(info.options, msg => {
     const res = new HttpClientResponse(msg);
     handleResult(void 0, res);
    });
    let socket;
    req.on("socket", sock => {
     socket = sock;
    });
    req.setTimeout(this._socketTimeout || 3 * 6e4, () => {
     if (socket) socket.end();
     handleResult(new Error(`Request timeout: ${info.options.path}`));
    });
    req.on("error", function(err) {
     handleResult(err);
    });
    if (data && typeof data === "string") req.write(data, "utf8");
    if (data && typeof data !== "string") {
     data.on("close", function() {
      req.end();
     });
     data.pipe(req);
    } else req.end();
   }
   getAgent(serverUrl) {
    const parsedUrl = new URL(serverUrl);
    return this._getAgent(parsedUrl);
   }
   getAgentDispatcher(serverUrl) {
    const parsedUrl = new URL(serverUrl);
    const proxyUrl = getProxyUrl(parsedUrl);
    const useProxy = proxyUrl && proxyUrl.hostname;
    if (!useProxy) return;
    return this._getProxyAgentDispatcher(parsedUrl, proxyUrl);
   }
   _prepareRequest(method, requestUrl, headers) {
    const info = {};
    info.parsedUrl = requestUrl;
    const usingSsl = info.parsedUrl.protocol === "https:";
    info.httpModule = usingSsl ? external_https_namespaceObject_0 : external_http_namespaceObject_0;
    const defaultPort = usingSsl ? 443 : 80;
    info.options = {};
    info.options.host = info.parsedUrl.hostname;
    info.options.port = info.parsedUrl.port ? parseInt(info.parsedUrl.port) : defaultPort;
    info.options.path = (info.parsedUrl.pathname || "") + (info.parsedUrl.search || "");
    info.options.method = method;
    info.options.headers = this._mergeHeaders(headers);
    if (this.userAgent != null) info.options.headers["user-agent"] = this.userAgent;
    info.options.agent = this._getAgent(info.parsedUrl);
    if (this.handlers) for (const handler of this.handlers) handler.prepareRequest(info.options);
    return info;
   }
   _mergeHeaders(headers) {
    if (this.requestOptions && this.requestOptions.headers) return Object.assign({}, lowercaseKeys(this.requestOptions.headers), lowercaseKeys(headers || {}));
    return lowercaseKeys(headers || {});
   }
   _getExistingOrDefaultHeader(additionalHeaders, header, _default) {
    let clientHeader;
    if (this.requestOptions && this.requestOptions.headers) {
     const headerValue = lowercaseKeys(this.requestOptions.headers)[header];
     if (headerValue) clientHeader = typeof headerValue === "number" ? headerValue.toString() : headerValue;
    }
    const additionalValue = additionalHeaders[header];
    if (additionalValue !== void 0) return typeof additionalValue === "number" ? additionalValue.toString() : additionalValue;
    if (clientHeader !== void 0) return clientHeader;
    return _default;
   }
   _getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
    let clientHeader;
    if (this.requestOptions && this.requestOptions.headers) {
     const headerValue = lowercaseKeys(this.requestOptions.headers)[Headers.ContentType];
     if (headerValue) if (typeof headerValue === "number") clientHeader = String(headerValue); else if (Array.isArray(headerValue)) clientHeader = headerValue.join(", "); else clientHeader = headerValue;
    }
    const additionalValue = additionalHeaders[Headers.ContentType];
    if (additionalValue !== void 0) if (typeof additionalValue === "number") return String(additionalValue); else if (Array.isArray(additionalValue)) return additionalValue.join(", "); else return additionalValue;
    if (clientHeader !== void 0) return clientHeader;
    return _default;
   }
   _getAgent(parsedUrl) {
    let agent;
    const proxyUrl = getProxyUrl(parsedUrl);
    const useProxy = proxyUrl && proxyUrl.hostname;
    if (this._keepAlive && useProxy) agent = this._proxyAgent;
    if (!useProxy) agent = this._agent;
    if (agent) return agent;
    const usingSsl = parsedUrl.protocol === "https:";
    let maxSockets = 100;
    if (this.requestOptions) maxSockets = this.requestOptions.maxSockets || external_http_namespaceObject.globalAgent.maxSockets;
    if (proxyUrl && proxyUrl.hostname) {
     const agentOptions = {
      maxSockets: maxSockets,
      keepAlive: this._keepAlive,
      proxy: Object.assign(Object.assign({}, (proxyUrl.username || proxyUrl.password) && {
       proxyAuth: `${proxyUrl.username}:${proxyUrl.password}`
      }), {
       host: proxyUrl.hostname,
       port: proxyUrl.port
      })
     };
     let tunnelAgent;
     const overHttps = proxyUrl.protocol === "https:";
     if (usingSsl) tunnelAgent = overHttps ? noAgent : noAgent; else tunnelAgent = overHttps ? noAgent : noAgent;
     agent = tunnelAgent(agentOptions);
     this._proxyAgent = agent;
    }
    if (!agent) {
     const options = {
      keepAlive: this._keepAlive,
      maxSockets: maxSockets
     };
     agent = usingSsl ? new external_https_namespaceObject.Agent(options) : new external_http_namespaceObject.Agent(options);
     this._agent = agent;
    }
    if (usingSsl && this._ignoreSslError) agent.options = Object.assign(agent.options || {}, {
     rejectUnauthorized: false
    });
    return agent;
   }
   _getProxyAgentDispatcher(parsedUrl, proxyUrl) {
    let proxyAgent;
    if (this._keepAlive) proxyAgent = this._proxyAgentDispatcher;
    if (proxyAgent) return proxyAgent;
    const usingSsl = parsedUrl.protocol === "https:";
    proxyAgent = new ProxyAgent(Object.assign({
     uri: proxyUrl.href,
     pipelining: !this._keepAlive ? 0 : 1
    }, (proxyUrl.username || proxyUrl.password) && {
     token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString("base64")}`
    }));
    this._proxyAgentDispatcher = proxyAgent;
    if (usingSsl && this._ignoreSslError) proxyAgent.options = Object.assign(proxyAgent.options.requestTls || {}, {
     rejectUnauthorized: false
    });
    return proxyAgent;
   }
   _getUserAgentWithOrchestrationId(userAgent) {
    const baseUserAgent = userAgent || "actions/http-client";
    const orchId = process.env["ACTIONS_ORCHESTRATION_ID"];
    if (orchId) {
     const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, "_");
     return `${baseUserAgent} actions_orchestration_id/${sanitizedId}`;
    }
    return baseUserAgent;
   }
   _performExponentialBackoff(retryNumber) {
    return __awaiter(this, void 0, void 0, function*() {
     retryNumber = Math.min(ExponentialBackoffCeiling, retryNumber);
     const ms = ExponentialBackoffTimeSlice * Math.pow(2, retryNumber);
     return new Promise(resolve => setTimeout(() => resolve(), ms));
    });
   }
   _processResponse(res, options) {
    return __awaiter(this, void 0, void 0, function*() {
     return new Promise((resolve, reject) => __awaiter(this, void 0, void 0, function*() {
      const statusCode = res.message.statusCode || 0;
      const response = {
       statusCode: statusCode,
       result: null,
       headers: {}
      };
      if (statusCode === HttpCodes.NotFound) resolve(response);
      function dateTimeDeserializer(key, value) {
       if (typeof value === "string") {
        const a = new Date(value);
        if (!isNaN(a.valueOf())) return a;
       }
       return value;
      }
      let obj;
      let contents;
      try {
       contents = yield res.readBody();
       if (contents && contents.length > 0) {
        if (options && options.deserializeDates) obj = JSON.parse(contents, dateTimeDeserializer); else obj = JSON.parse(contents);
        response.result = obj;
       }
       response.headers = res.message.headers;
      } catch (err) {}
      if (statusCode > 299) {
       let msg;
       if (obj && obj.message) msg = obj.message; else if (contents && contents.length > 0) msg = contents; else msg = `Failed request: (${statusCode})`;
       const err = new HttpClientError(msg, statusCode);
       err.result = response.result;
       reject(err);
      } else resolve(response);
     }));
    });
   }
  }
  const lowercaseKeys = obj => Object.keys(obj).reduce((c, k) => (c[k.toLowerCase()] = obj[k], 
  c), {});
  // CONCATENATED MODULE: ./src/http/proxy.ts
  function proxyFor(url) {
   const named = addressFor(url);
   if (named === void 0) return;
   const proxy = parseProxyAddress(named.address);
   if (proxy !== void 0) return proxy;
   const message = [ `the variable is ${named.variable}, which takes http:// and https:// alone` ];
   throw new network_errors.pM({
    kind: "proxy_address",
    message: message,
    retryable: false
   });
  }
  function proxySecrets(url) {
   const address = addressFor(url)?.address;
   if (address === void 0) return [];
   const userInfo = userInfoIn(address);
   const given = split(userInfo).password;
   const proxy = parseProxyAddress(address);
   if (proxy === void 0) return secretsOf([ "password", userInfo ], [ "password", given ]);
   const {password: password} = proxy;
   if (password === "") return [];
   return secretsOf([ "password", given ], [ "password", password ], [ "basic", `${proxy.username}:${password}` ]);
  }
  function parseProxyAddress(address) {
   const match = /^(?:[ \t\r\n]*(https?:\/\/)|(?!https?:))([^/\\?#\s]*)@([^@/\\?#\s]+)\/?[ \t\r\n]*$/i.exec(address);
   if (match === null && address.includes("@")) return;
   const [, scheme = "", userInfo = "", host = address] = match ?? [];
   const url = httpUrl(scheme + host);
   const {username: username, password: password} = split(userInfo);
   const [user, secret] = [ proxy_decoded(username), proxy_decoded(password) ];
   if (url === void 0 || user === void 0 || secret === void 0) return;
   const protocol = url.protocol === "https:" ? "https:" : "http:";
   return {
    protocol: protocol,
    host: url.host,
    hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(url.port) || (protocol === "https:" ? 443 : 80),
    username: user,
    password: secret
   };
  }
  const PROXY_VARIABLES = [ "https_proxy", "HTTPS_PROXY" ];
  function addressFor(url) {
   if (url.protocol !== "https:" || checkBypass(url)) return;
   const named = PROXY_VARIABLES.map(variable => ({
    variable: variable,
    address: process.env[variable] ?? ""
   }));
   return named.find(({address: address}) => address !== "");
  }
  function httpUrl(text) {
   const written = URL.canParse(text) ? new URL(text) : void 0;
   if (written?.protocol === "http:" || written?.protocol === "https:") return written;
   const withScheme = `http://${text}`;
   return text.includes("://") || !URL.canParse(withScheme) ? void 0 : new URL(withScheme);
  }
  function userInfoIn(address) {
   return /^\s*(?:https?:|[a-z][a-z0-9+.-]*:(?=\/\/))?[/\\]*(.*)@/is.exec(address)?.[1] ?? "";
  }
  function split(userInfo) {
   const colon = userInfo.indexOf(":");
   if (colon < 0) return {
    username: userInfo,
    password: ""
   };
   return {
    username: userInfo.slice(0, colon),
    password: userInfo.slice(colon + 1)
   };
  }
  function secretsOf(...secrets) {
   const values = new Map(secrets.map(([kind, value]) => [ value, kind ]));
   return [ ...values ].flatMap(([value, kind]) => value === "" ? [] : [ {
    kind: kind,
    value: value
   } ]);
  }
  function proxy_decoded(text) {
   try {
    return decodeURIComponent(text);
   } catch {
    return;
   }
  }
  // CONCATENATED MODULE: external "node:net"
  const external_node_net_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");
  // CONCATENATED MODULE: ./src/http/tunnel-agent.ts
  const MAX_IDLE_MS = 5e3;
  class TunnelAgent extends external_node_https_namespaceObject.Agent {
   #proxy;
   #socketOptions;
   constructor(proxy, socketOptions) {
    super({
     keepAlive: true,
     timeout: MAX_IDLE_MS
    });
    this.#proxy = proxy;
    this.#socketOptions = socketOptions;
   }
   createConnection(options, connected) {
    this.#openTunnel(options).then(tunnel => {
     const secure = super.createConnection(Object.assign({}, options, {
      timeout: void 0,
      socket: tunnel
     }));
     if (!secure) return;
     options.onTunnel(secure);
     connected(null, secure);
    }, error => {
     connected(error);
    });
   }
   #openTunnel(options) {
    return new Promise((resolve, reject) => {
     const connect = this.#connect(options);
     const fail = (words, retryable) => {
      const message = [ `the proxy ${this.#proxy.host} ${words}` ];
      reject(new network_errors.pM({
       kind: "proxy",
       message: message,
       retryable: retryable
      }));
     };
     connect.once("connect", ({statusCode: statusCode = 0}, socket, early) => {
      const isOpen = statusCode >= 200 && statusCode <= 299;
      if (isOpen && early.length === 0) {
       resolve(socket);
       return;
      }
      socket.destroy();
      if (isOpen) fail("sent data of its own through the tunnel", true); else fail(`refused the tunnel (HTTP ${statusCode})`, statusCode >= 500);
     });
     connect.on("error", error => {
      reject(new network_errors.pM(this.#errorOf(error, options.hasAnswered)));
     });
     connect.end();
    });
   }
   #connect({host: host, port: port, connectSignal: connectSignal, lookup: lookup}) {
    const {protocol: protocol, hostname: hostname, port: proxyPort, username: username, password: password} = this.#proxy;
    const target = `${bracketed(host ?? "")}:${port ?? ""}`;
    const basic = Buffer.from(`${username}:${password}`).toString("base64");
    const authorization = username + password === "" ? {} : {
     "Proxy-Authorization": `Basic ${basic}`
    };
    const options = {
     ...this.#socketOptions,
     lookup: lookup,
     method: "CONNECT",
     host: hostname,
     port: proxyPort,
     path: target,
     headers: {
      Host: target,
      ...authorization
     },
     agent: false,
     signal: connectSignal
    };
    if (protocol === "http:") return (0, external_node_http_namespaceObject.request)(options);
    return (0, external_node_https_namespaceObject.request)({
     ...options,
     servername: (0, external_node_net_namespaceObject.isIP)(hostname) === 0 ? hostname : ""
    });
   }
   #errorOf(thrown, hasAnswered) {
    const error = (0, network_errors.mG)(thrown, {
     host: this.#proxy.host,
     isProxy: true
    }, hasAnswered);
    return /^(certificate|tls|no_proxy)/.test(error.kind) ? error : {
     ...error,
     kind: "proxy"
    };
   }
  }
  function bracketed(host) {
   return (0, external_node_net_namespaceObject.isIP)(host) === 6 ? `[${host}]` : host;
  }
  // CONCATENATED MODULE: ./src/http/origin.ts
  const origin_MAX_IDLE_MS = 6e4;
  const MAX_BYTES_AHEAD = 256 * 1024;
  class Origin {
   proxy;
   hasAnswered=false;
   #client;
   #isSecure;
   #socketOptions;
   #agent;
   #addresses;
   #onConnection=() => {};
   constructor(url, userAgent, addressTimeoutMs, addresses) {
    this.proxy = proxyFor(url);
    this.#addresses = addresses;
    this.#isSecure = url.protocol === "https:";
    this.#client = new lib_HttpClient(userAgent, [], {
     allowRedirects: false,
     allowRetries: false,
     keepAlive: true
    });
    this.#client.userAgent = userAgent;
    this.#socketOptions = {
     lookup: addresses.lookUp,
     autoSelectFamily: true,
     autoSelectFamilyAttemptTimeout: addressTimeoutMs,
     rejectUnauthorized: true
    };
    this.#agent = this.#createAgent();
   }
   get hasIdleConnection() {
    return Object.keys(this.#agent.freeSockets).length > 0;
   }
   async send({method: method, url: url, headers: headers, body: body, isOptional: isOptional = false}, {signal: signal, onTunnel: onTunnel, onSending: onSending}) {
    const agent = method === "POST" ? this.#createAgent() : this.#agent;
    const watch = watchConnection();
    let isOnKept = false;
    const onConnection = (connection, isKept) => {
     isOnKept = isKept;
     watch.begin(connection);
     if (isKept) onSending(); else connection.once(this.#isSecure ? "secureConnect" : "connect", onSending);
    };
    const prepareRequest = options => {
     const own = {
      ...this.#socketOptions,
      lookup: isOptional ? this.#addresses.recall : this.#addresses.lookUp,
      agent: agent,
      host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      signal: signal,
      connectSignal: signal,
      onTunnel: secure => {
       onTunnel();
       onConnection(secure, false);
      },
      hasAnswered: this.hasAnswered
     };
     Object.assign(options, own);
    };
    this.#onConnection = onConnection;
    this.#client.handlers = [ {
     prepareRequest: prepareRequest,
     canHandleAuthentication: () => false,
     handleAuthentication: () => Promise.reject(new Error)
    } ];
    const response = this.#client.request(method, url.href, body ?? null, {
     ...headers,
     "Accept-Encoding": "identity"
    });
    const {message: message} = await Promise.race([ response, watch.failed ]).catch(error => {
     if (!isOnKept && !isOptional) this.#addresses.forget();
     throw error;
    });
    watch.end();
    this.hasAnswered = true;
    if (method === "POST") message.once("close", () => {
     agent.destroy();
    });
    return message;
   }
   #createAgent() {
    const {proxy: proxy} = this;
    const kept = {
     keepAlive: true,
     timeout: origin_MAX_IDLE_MS
    };
    const direct = () => this.#isSecure ? new external_node_https_namespaceObject.Agent(kept) : new external_node_http_namespaceObject.Agent(kept);
    const agent = proxy === void 0 ? direct() : new TunnelAgent(proxy, this.#socketOptions);
    const reuseSocket = agent.reuseSocket.bind(agent);
    agent.reuseSocket = (connection, request) => {
     reuseSocket(connection, request);
     this.#onConnection(connection, true);
    };
    if (proxy !== void 0) return agent;
    const createConnection = agent.createConnection.bind(agent);
    agent.createConnection = (options, connected) => {
     const connection = createConnection(options, connected);
     if (connection) this.#onConnection(connection, false);
     return connection;
    };
    return agent;
   }
  }
  function watchConnection() {
   let fail = () => {};
   const failed = new Promise((_, reject) => {
    fail = reject;
   });
   let bytes = 0;
   const onData = piece => {
    bytes += piece.length;
    const message = [ "the server sent too much before the headers of the answer" ];
    if (bytes > MAX_BYTES_AHEAD) fail(new network_errors.pM({
     kind: "malformed",
     message: message,
     retryable: false
    }));
   };
   const onClose = () => {
    setImmediate(fail, (0, network_errors.Jp)());
   };
   let watched;
   return {
    failed: failed,
    begin: connection => {
     watched = connection.on("data", onData).once("close", onClose);
    },
    end: () => {
     watched?.off("data", onData).off("close", onClose);
    }
   };
  }
  // CONCATENATED MODULE: ./src/http/http-client.ts
  const HTTP_LIMITS = {
   deadlineMs: 3e4,
   maxBodyBytes: 512 * 1024,
   addressTimeoutMs: 2e3
  };
  function createHttp(userAgent, limits = HTTP_LIMITS) {
   const addresses = new lookup.t;
   const origins = new Map;
   const spare = [];
   const originOf = url => {
    const origin = origins.get(url.origin) ?? new Origin(url, userAgent, limits.addressTimeoutMs, addresses);
    origins.set(url.origin, origin);
    return origin;
   };
   const exchange = async (request, read, signal = (new AbortController).signal, onSending = () => {}) => {
    if (signal.aborted) return {
     ok: false,
     error: network_errors.gD
    };
    try {
     const one = new Exchange(originOf(request.url), request, onSending);
     return await one.run(read, limits.deadlineMs, signal);
    } catch (error) {
     if (error instanceof network_errors.pM) return {
      ok: false,
      error: error.error
     };
     throw error;
    }
   };
   return {
    send: (request, signal, onSending) => exchange(request, message => readResponse(message, request.maxBodyBytes ?? limits.maxBodyBytes, spare), signal, onSending),
    pipeTo: (request, sink, signal) => exchange(request, message => pipeBody(message, sink, limits.maxBodyBytes, spare), signal)
   };
  }
  class Exchange {
   #origin;
   #request;
   #onSending;
   #end=new AbortController;
   #message;
   #phase="connecting";
   constructor(origin, request, onSending) {
    this.#origin = origin;
    this.#request = request;
    this.#onSending = onSending;
   }
   async run(read, deadlineMs, signal) {
    const timeUp = new AbortController;
    const timer = setTimeout(() => {
     timeUp.abort();
    }, deadlineMs);
    const result = await unlessAborted(unlessAborted(this.#attempt(read), signal), timeUp.signal);
    clearTimeout(timer);
    if (this.#message?.complete !== true || !this.#message.readableEnded) this.#end.abort();
    if (result !== void 0) return result;
    if (signal.aborted) return {
     ok: false,
     error: network_errors.gD
    };
    const words = `no complete answer came within ${deadlineMs / 1e3} s (${this.#phase})`;
    return {
     ok: false,
     error: {
      kind: "timeout",
      message: [ words ],
      retryable: true
     }
    };
   }
   async #attempt(read) {
    const {proxy: proxy} = this.#origin;
    const {method: method, url: url} = this.#request;
    for (;;) {
     const mayBeClosed = method === "GET" && this.#origin.hasIdleConnection;
     this.#phase = proxy === void 0 ? `waiting for ${url.host}` : `waiting for the proxy ${proxy.host}`;
     try {
      this.#message = await this.#origin.send(this.#request, {
       signal: this.#end.signal,
       onSending: this.#onSending,
       onTunnel: () => {
        this.#phase = `waiting for ${url.host} behind the proxy`;
       }
      });
      this.#phase = "reading the body";
      return await read(this.#message);
     } catch (thrown) {
      const error = (0, network_errors.mG)(thrown, {
       host: url.host,
       isProxy: false
      }, this.#origin.hasAnswered);
      const wasClosed = error.kind === "cut" && mayBeClosed && this.#message === void 0;
      if (!wasClosed) return {
       ok: false,
       error: error
      };
     }
    }
   }
  }
  async function readResponse(message, maxBodyBytes, spare) {
   const {statusCode: status = 0, headers: headers} = message;
   const refused = refusedUnread(headers, maxBodyBytes);
   const body = refused === void 0 ? await readText(message, maxBodyBytes, spare) : {
    refused: refused
   };
   return {
    ok: true,
    status: status,
    headers: headers,
    body: body
   };
  }
  async function readText(message, maxBodyBytes, spare) {
   let body = spare.pop() ?? Buffer.alloc(0);
   if (body.length < maxBodyBytes) body = Buffer.allocUnsafe(maxBodyBytes);
   let bytes = 0;
   const isWhole = await readPieces(message, piece => {
    if (bytes + piece.length > maxBodyBytes) return false;
    bytes += piece.copy(body, bytes);
    return true;
   });
   if (!isWhole) return {
    refused: tooLarge(maxBodyBytes)
   };
   spare.push(body);
   return {
    text: (new TextDecoder).decode(body.subarray(0, bytes))
   };
  }
  async function pipeBody(message, sink, maxTextBytes, spare) {
   const {statusCode: status = 0, headers: headers} = message;
   if (refusedUnread(headers, 1 / 0) !== void 0 || !sink.accepts({
    status: status,
    headers: headers
   })) return readResponse(message, maxTextBytes, spare);
   const isWhole = await readPieces(message, piece => sink.write(piece.toString("latin1")));
   return {
    ok: true,
    streamed: isWhole ? "whole" : "part"
   };
  }
  function readPieces(message, take) {
   const {socket: socket} = message;
   return new Promise((resolve, reject) => {
    message.on("data", piece => {
     if (!take(piece)) resolve(false);
    });
    (0, external_node_stream_namespaceObject.finished)(message, {
     writable: false
    }, error => {
     if (error) reject(error); else if (!message.complete || socket.errored !== null) reject((0, 
     network_errors.Jp)()); else resolve(true);
    });
   });
  }
  function refusedUnread(headers, maxBodyBytes) {
   const coding = headers["content-encoding"]?.trim().toLowerCase() ?? "";
   if (coding !== "" && coding !== "identity") return `it came in the encoding "${coding}", which was not requested`;
   const transfer = headers["transfer-encoding"]?.trim().toLowerCase() ?? "";
   if (transfer !== "" && transfer !== "chunked") return `it came in the transfer encoding "${transfer}", which was not requested`;
   return Number(headers["content-length"] ?? 0) > maxBodyBytes ? tooLarge(maxBodyBytes) : void 0;
  }
  function tooLarge(maxBodyBytes) {
   return `it is larger than ${maxBodyBytes / 1024} KiB`;
  }
  // CONCATENATED MODULE: ./src/util/api-error.ts
  function detailsOf({message: said, requestId: requestId = "", tries: tries}) {
   return [ said, ...requestId === "" ? [] : [ util_message.iU`request ID ${(0, util_message.hD)(requestId, 80)}` ], ...tries === void 0 ? [] : [ util_message.iU`${tries} tries` ] ];
  }
  function describeError(error) {
   return (0, util_message.oR)(detailsOf(error), ", ");
  }
  // CONCATENATED MODULE: ./src/util/duration.ts
  const MAX_PLAUSIBLE_MS = 7 * 24 * 60 * 60 * 1e3;
  function isPlausibleDuration(durationMs) {
   return durationMs >= 0 && durationMs <= MAX_PLAUSIBLE_MS;
  }
  function formatDuration(durationMs) {
   if (!isPlausibleDuration(durationMs)) return durationMs > 0 ? "more than a week" : "an unknown time";
   if (durationMs < 9950) return `${Number((durationMs / 1e3).toFixed(1))} s`;
   const seconds = Math.round(durationMs / 1e3);
   if (seconds < 60) return `${seconds} s`;
   if (seconds < 3600) return withRest(Math.floor(seconds / 60), "min", seconds % 60, "s");
   const minutes = Math.round(seconds / 60);
   return withRest(Math.floor(minutes / 60), "h", minutes % 60, "min");
  }
  function formatEstimate(durationMs) {
   if (!isPlausibleDuration(durationMs)) return formatDuration(durationMs);
   if (durationMs < 1e4) return "a few seconds";
   const unitMs = durationMs < 9e4 ? 1e4 : 6e4;
   return `about ${formatDuration(Math.round(durationMs / unitMs) * unitMs)}`;
  }
  function withRest(large, largeUnit, small, smallUnit) {
   return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
  }
  // CONCATENATED MODULE: ./src/codearts/error-codes.ts
  const CHECK_IDS = "Check job_id, build_no and region: job_id may be given as the address of the page of the build task, which names them";
  const CHECK_PLACE = "Check region, or endpoint where it is given, and api_version";
  const LATER = "Run the step again later. If the error stays, give the request ID to the support of Huawei Cloud";
  const NEW_TOKEN = "Get a new token: it is valid for 24 hours, in its own region alone, and needs the project as its scope. " + "Credentials that last are oidc_provider_urn with oidc_agency_urn, and access_key with secret_key";
  const MEMBERSHIP = "Add the user to the CodeArts project of the build task, with a role that may view it";
  const SLOWER = "Run the step again in a minute, or let fewer workflows send requests at the same time";
  const REPORT = "Run the step again. If that does not help, give the request ID to the support of Huawei Cloud";
  const TRUST = "Check the trust policy of the agency, and the client IDs of the OIDC provider";
  const PARAMETERS = "Check job_id and build_no: compare them with the page of the build task in CodeArts";
  const FAILED_INSIDE = "The service has a problem";
  const REMEDIES_OF_READING = [ CHECK_IDS, PARAMETERS, MEMBERSHIP ];
  const byStatus = (problem, remedy) => ({
   problem: problem,
   remedy: remedy
  });
  const notFound = problem => ({
   ...byStatus(problem, CHECK_IDS),
   reason: "not_found"
  });
  const apiMissing = missingApi => ({
   ...byStatus("There is no API of CodeArts Build at this address", CHECK_PLACE),
   reason: "not_found",
   missingApi: missingApi
  });
  const NOT_THE_SERVICE = byStatus("Something other than the service may have answered", "Check endpoint, and any proxy or firewall on the way");
  const WORDS = {
   not_found: byStatus("There is no such build or build task", CHECK_IDS),
   unauthorized: byStatus("The credentials were refused", NEW_TOKEN),
   forbidden: byStatus("The credentials may not read this build task", MEMBERSHIP),
   throttled: byStatus("The service gets too many requests", SLOWER),
   service_error: byStatus("The service reported an error", LATER),
   invalid_response: byStatus("The answer of the service cannot be used", `${NOT_THE_SERVICE.remedy}: something other than the service may have answered`)
  };
  const NO_BUILD = notFound(WORDS.not_found.problem);
  const THROTTLED = {
   ...WORDS.throttled,
   reason: "throttled"
  };
  const INTERNAL = byStatus(FAILED_INSIDE, LATER);
  const KNOWN_CODES = {
   "CB.00060100": byStatus("The service is busy", LATER),
   "CB.00060101": INTERNAL,
   "CB.00060200": byStatus("The service does not accept a parameter of the request", PARAMETERS),
   "CB.00060201": byStatus("The service does not accept job_id", CHECK_IDS),
   "CB.00060202": byStatus("The service does not accept a service ID", PARAMETERS),
   "CB.00060203": byStatus("The service does not accept a file name", REPORT),
   "CB.00060211": THROTTLED,
   "CB.00060212": byStatus("The service says that an uploaded file is empty", REPORT),
   "CB.00060213": byStatus("The service says that too many files were uploaded", REPORT),
   "CB.00060214": apiMissing("api_unknown"),
   "DEVCB.00031006": NO_BUILD,
   "CB.00031006": NO_BUILD,
   "CB.00031059": notFound("The build task has no build of that number"),
   "CB.00031105": byStatus("The service does not accept so long a time window", REPORT),
   "CB.00030004": byStatus("The scheduler of the service failed", LATER),
   "DEVCB.00030000": byStatus("The service refused the request", PARAMETERS),
   "DEV.CB.032011": byStatus("The service does not accept job_id", CHECK_IDS),
   "DEV.CB.032302": byStatus("The state of the build has changed in the meantime", REPORT),
   "DEV.CB.0520002": byStatus("The service says that a template does not exist", REPORT),
   "DEV.CB.0210043": byStatus("The service could not use a container image", REPORT),
   "APIGW.0101": apiMissing("api_missing"),
   "APIGW.0103": INTERNAL,
   "APIGW.0104": INTERNAL,
   "APIGW.0105": INTERNAL,
   "APIGW.0106": INTERNAL,
   "APIGW.0201": byStatus("The gateway of the service could not handle the request", LATER),
   "APIGW.0301": WORDS.unauthorized,
   "APIGW.0302": byStatus("The user may not view this build task", MEMBERSHIP),
   "APIGW.0303": WORDS.unauthorized,
   "APIGW.0307": byStatus("The token has expired, or is for another region", NEW_TOKEN),
   "APIGW.0308": THROTTLED,
   "STS5.1001": byStatus("No trust policy allows this run to use the agency", TRUST),
   "STS5.2001": byStatus("The OIDC token is not from this provider, or is for another audience", TRUST)
  };
  const LOCKED_KEY = byStatus("The access key is locked after repeated failures", "Wait five minutes, and check the keys before the next run: every failure in between may lock them again");
  function meaningOf(code, said = "") {
   const name = code.replace(/^APIG\./, "APIGW.");
   if (/^APIGW\.030[1-7]$/.test(name) && /failed to reach the limit/i.test(said)) return LOCKED_KEY;
   return Object.hasOwn(KNOWN_CODES, name) ? KNOWN_CODES[name] : void 0;
  }
  const NO_RECORD_YET = byStatus("The build has no record yet", "Run the step again in a minute, or let it wait for the build (wait: true)");
  const CHECK_REQUEST = byStatus("The service does not accept the request", "Check job_id, build_no, region and endpoint, then run the step again");
  const NO_ADDRESS_HERE = "and whether this machine needs a proxy (HTTPS_PROXY)";
  const UNKNOWN_ISSUER = "The certificate of the server is from an issuer that is not known here";
  const NETWORK_WORDS = {
   no_host: byStatus("The host name of the service could not be resolved", `Check region, or endpoint where it is given, ${NO_ADDRESS_HERE}`),
   no_proxy_host: byStatus("The host name of the proxy could not be resolved", "Check HTTPS_PROXY, and NO_PROXY if this machine needs no proxy"),
   no_connection: byStatus("The service could not be reached", `Check endpoint where it is given, ${NO_ADDRESS_HERE}`),
   cut: byStatus("The connection was cut", "Run the step again. If that does not help, check any proxy or firewall on the way"),
   timeout: byStatus("The service did not answer in time", "Check that this machine can reach it, and any proxy or firewall on the way"),
   cancelled: byStatus("The request was cancelled", REPORT),
   certificate_dates: byStatus("The certificate of the server has expired, or is not valid yet", "Check the clock of this machine, and the dates of the certificate"),
   certificate_host: byStatus("The certificate of the server is for another host name", "Check the host name in endpoint or HTTPS_PROXY"),
   certificate_issuer: byStatus(UNKNOWN_ISSUER, "If it is your own authority, set NODE_EXTRA_CA_CERTS to a file with its certificate. A proxy on the way may have sent it"),
   certificate_file: byStatus(UNKNOWN_ISSUER, "Set NODE_EXTRA_CA_CERTS to a file that this step can read and that has the certificate of your authority in PEM form"),
   certificate: byStatus("The certificate of the server was refused", "Ask the operator of that server to replace the certificate"),
   tls: byStatus("No TLS connection could be made", "Check that endpoint, and HTTPS_PROXY if it begins with https://, name a server that supports TLS 1.2 or later on that port"),
   proxy: byStatus("The proxy does not let the request through", "Check HTTPS_PROXY and NO_PROXY, and the user and password of the proxy"),
   proxy_address: byStatus("HTTPS_PROXY is not the address of a proxy", "Set it to http://host:port. With a password, write http://user:password@host:port, with special characters encoded"),
   malformed: NOT_THE_SERVICE
  };
  // CONCATENATED MODULE: ./src/codearts/json.ts
  const MAX_DEPTH = 64;
  const MAX_VALUES = 2e4;
  function parseJson(text) {
   try {
    const {isModest: isModest, repeatedKey: repeatedKey, keysOf: keysOf, hasOddNumber: hasOddNumber} = scan(text);
    if (!isModest) return {
     ok: false,
     why: "shape"
    };
    const value = JSON.parse(text, hasOddNumber ? keepSpelling : void 0);
    return {
     ok: true,
     value: value,
     repeatedKey: repeatedKey,
     ...keysOf.size > 0 ? {
      keysOf: keysOf
     } : {}
    };
   } catch {
    return {
     ok: false,
     why: "syntax"
    };
   }
  }
  const {rawJSON: rawJSON, isRawJSON: isRawJSON} = JSON;
  function keepSpelling(_key, value, context) {
   if (typeof value !== "number" || context?.source === void 0 || rawJSON === void 0) return value;
   return String(value) === context.source ? value : rawJSON(context.source);
  }
  function isNumber(value) {
   return typeof value === "number" || isRawJSON?.(value) === true;
  }
  function isJsonObject(value) {
   return typeof value === "object" && value !== null && !Array.isArray(value) && !isNumber(value);
  }
  function textOf(value) {
   return typeof value === "string" ? value : JSON.stringify(value);
  }
  const ROWS = [ "job_build_states", "jobBuildStates" ];
  const MAPS = [ "package_infos", "packageInfos", "image_infos", "imageInfos" ];
  const LONE_ROWS = [ "package_info", "packageInfo" ];
  function placeWithin(parent, opens, key) {
   if (opens === "[") return parent === "result" && ROWS.includes(key) ? "rows" : "elsewhere";
   if (parent === void 0) return "envelope";
   if (parent === "rows" || parent === "map") return "row";
   if (parent === "envelope" && key === "result") return "result";
   if (parent !== "result") return "elsewhere";
   return MAPS.includes(key) ? "map" : LONE_ROWS.includes(key) ? "row" : "elsewhere";
  }
  function scan(text) {
   const open = [];
   const keysIn = {
    envelope: new Set,
    result: new Set,
    row: new Set
   };
   let [values, key, hasOddNumber] = [ 0, "", false ];
   let repeatedKey;
   const keysOf = new Map;
   for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
     const start = at;
     at = endOfString(text, start);
     const keys = keysIn[open.at(-1) ?? "elsewhere"];
     if (keys === void 0 || !isKey(text, at)) continue;
     key = unquoted(text.slice(start, at + 1));
     if (keys.has(key)) repeatedKey ??= key;
     keys.add(key);
    } else if (character === ",") values++; else if (character === "}" || character === "]") open.pop(); else if (character === "{" || character === "[") {
     const place = placeWithin(open.at(-1), character, key);
     if (place === "map") keysOf.set(key, keysIn.map = new Set); else keysIn[place]?.clear();
     open.push(place);
     values++;
    } else if (NUMBER_START.test(character ?? "")) {
     const number = numberAt(text, at);
     hasOddNumber ||= String(Number(number)) !== number;
     at += number.length - 1;
    }
    if (open.length > MAX_DEPTH || values > MAX_VALUES) return {
     isModest: false,
     repeatedKey: repeatedKey,
     keysOf: keysOf,
     hasOddNumber: hasOddNumber
    };
   }
   return {
    isModest: true,
    repeatedKey: repeatedKey,
    keysOf: keysOf,
    hasOddNumber: hasOddNumber
   };
  }
  function isKey(text, end) {
   let at = end + 1;
   while (" \t\r\n".includes(text[at] ?? '"')) at++;
   return text[at] === ":";
  }
  const NUMBER_START = /[-0-9]/;
  const NUMBER = /[-0-9][-+.0-9eE]*/y;
  function numberAt(text, at) {
   NUMBER.lastIndex = at;
   return NUMBER.exec(text)?.[0] ?? " ";
  }
  function unquoted(quoted) {
   return quoted.includes("\\") ? JSON.parse(quoted) : quoted.slice(1, -1);
  }
  function endOfString(text, start) {
   for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return end;
   }
   return text.length;
  }
  function allOrWhy(read) {
   return read.find(one => typeof one === "string") ?? read.filter(one => typeof one !== "string");
  }
  const MAX_BUILD_NO = 2147483647;
  function eitherCase(object, name) {
   return ownValue(object, Object.hasOwn(object, name) ? name : camelCase(name));
  }
  function ownValue(object, key) {
   return Object.hasOwn(object, key) ? object[key] : void 0;
  }
  function valuesInOrder(object, name, keysOf) {
   const map = eitherCase(object, name);
   if (!isJsonObject(map)) return [];
   const keys = keysOf?.get(Object.hasOwn(object, name) ? name : camelCase(name)) ?? Object.keys(map);
   return [ ...keys ].map(key => map[key]);
  }
  function valuesIn(objects, name) {
   return objects.flatMap(object => [ ownValue(object, name), ownValue(object, camelCase(name)) ]).filter(value => value !== void 0 && value !== null && value !== "");
  }
  function scalarText(value) {
   return typeof value === "string" || isNumber(value) ? textOf(value) : "";
  }
  function casingMismatch(object, names) {
   for (const name of names) {
    const camelName = camelCase(name);
    const hasBoth = name !== camelName && Object.hasOwn(object, name) && Object.hasOwn(object, camelName);
    if (hasBoth && JSON.stringify(object[name]) !== JSON.stringify(object[camelName])) return `its fields ${name} and ${camelName} differ`;
   }
   return;
  }
  function camelCase(name) {
   return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
  }
  function buildNoOf(value) {
   const text = scalarText(value);
   if (!/^[0-9]{1,10}$/.test(text)) return;
   const buildNo = Number(text);
   return buildNo >= 1 && buildNo <= MAX_BUILD_NO ? buildNo : void 0;
  }
  // CONCATENATED MODULE: ./src/codearts/response.ts
  function readApiResponse(response, nowMs) {
   if (!response.ok) return {
    ok: false,
    error: ofNetwork(response.error)
   };
   const read = readJson(response, nowMs, void 0);
   if (!read.ok) return read;
   const {result: envelope, answer: answer} = read;
   if (response.status !== 200) return invalid(answer, util_message.iU`only HTTP 200 carries a result`);
   if (!isJsonObject(envelope)) return invalid(answer, util_message.iU`its JSON is not an object`);
   const objection = objectionTo(envelope);
   if (objection !== void 0) return invalid(answer, objection);
   return {
    ...read,
    result: envelope["result"]
   };
  }
  function readSecretResponse(response, nowMs, from) {
   return response.ok ? readJson(response, nowMs, from) : {
    ok: false,
    error: ofNetwork(response.error)
   };
  }
  function addSecretsIn(value, addSecret, isSecret = false) {
   if (typeof value === "string" && isSecret) addSecret(value, "password");
   if (typeof value !== "object" || value === null) return;
   for (const [name, item] of Object.entries(value)) addSecretsIn(item, addSecret, isSecret || /key|secret|token/i.test(name) && !NO_SECRETS.includes(name));
  }
  const NO_SECRETS = [ "subject_from_id_token", "typeKey" ];
  function readJson(response, nowMs, from) {
   const {status: status, headers: headers, body: body} = response;
   const json = "text" in body ? parseJson(body.text) : void 0;
   const isJson = json?.ok === true;
   if (isJson && from !== void 0) addSecretsIn(json.value, from.addSecret);
   const named = isJson ? namedError(json.value, status) : void 0;
   const answer = describeAnswer(response, json, named, from);
   const statusReason = reasonOfStatus(status);
   if (isJson && json.repeatedKey !== void 0 && from === void 0 && statusReason === void 0) return invalid(answer, util_message.iU`its JSON has the key ${(0, 
   util_message.Nt)(json.repeatedKey, 80)} twice`);
   const meaning = named?.meaning;
   const isBroken = statusReason === void 0 && json?.ok === false && json.why === "syntax";
   const bodyReason = named === void 0 ? void 0 : "service_error";
   const reason = meaning?.reason ?? statusReason ?? (isBroken ? "invalid_response" : bodyReason);
   if (reason !== void 0) {
    const byStatus = isBroken || isRetryableStatus(status);
    const retryable = meaning?.reason === void 0 ? byStatus : meaning.reason === "throttled";
    const pauseMs = retryable ? retryAfterMs(headers, nowMs) : void 0;
    const {problem: problem, remedy: remedy} = meaning ?? wordsFor(reason, status, isJson);
    const error = {
     kind: kindOf(reason, meaning, isJson),
     reason: reason,
     problem: [ meaning?.problem ?? from?.problem ?? problem ],
     remedy: [ remedy ],
     message: withPause(answer.said, pauseMs),
     requestId: answer.requestId,
     retryable: retryable
    };
    return {
     ok: false,
     error: retryable ? {
      ...error,
      retryAfterMs: pauseMs
     } : error
    };
   }
   if ("refused" in body) return invalid(answer, util_message.iU`its body was not read: ${(0, 
   util_message.hD)(body.refused, 200)}`);
   if (!isJson) return invalid(answer, util_message.iU`its JSON is nested too deeply or has too many values`);
   const {value: result, keysOf: keysOf} = json;
   return {
    ok: true,
    result: result,
    answer: answer,
    dateMs: dateMsOf(headers),
    keysOf: keysOf
   };
  }
  const INVALID = {
   kind: "fault",
   reason: "invalid_response",
   problem: [ WORDS.invalid_response.problem ],
   remedy: [ WORDS.invalid_response.remedy ],
   retryable: false
  };
  function invalid({said: said, requestId: requestId}, why) {
   return {
    ok: false,
    error: {
     ...INVALID,
     message: util_message.iU`${said}, but ${why}`,
     requestId: requestId
    }
   };
  }
  function ofNetwork({kind: kind, message: said, retryable: retryable}) {
   const reason = kind === "malformed" ? "invalid_response" : "unreachable";
   const {problem: problem, remedy: remedy} = NETWORK_WORDS[kind];
   return {
    kind: kind === "cancelled" ? "given_up" : "fault",
    reason: reason,
    problem: [ problem ],
    remedy: [ remedy ],
    message: said,
    retryable: retryable
   };
  }
  function kindOf(reason, meaning, isJson) {
   if (reason === "not_found") return meaning?.missingApi ?? (isJson ? "build_missing" : "address_unknown");
   const isRefusal = reason === "unauthorized" || reason === "forbidden";
   return isJson && meaning !== LOCKED_KEY && isRefusal ? "credentials_refused" : "fault";
  }
  function withPause(answer, askedMs = 0) {
   return askedMs <= MAX_RETRY_AFTER_MS ? answer : util_message.iU`${answer}, and asked for a pause of ${formatDuration(askedMs)}`;
  }
  function reasonOfStatus(status) {
   if (status === 401) return "unauthorized";
   if (status === 403) return "forbidden";
   if (status === 404 || status === 410) return "not_found";
   if (status === 407) return "unreachable";
   if (status === 429) return "throttled";
   if (status >= 400) return "service_error";
   return status >= 200 && status < 300 ? void 0 : "invalid_response";
  }
  function wordsFor(reason, status, isJson) {
   if (reason === "unreachable") return NETWORK_WORDS.proxy;
   const isRequestAtFault = reason === "service_error" && status >= 400 && status < 500 && status !== 408;
   if (isJson) {
    if (isRequestAtFault) return CHECK_REQUEST;
    const {problem: problem, remedy: remedy} = WORDS[reason];
    if (reasonOfStatus(status) === void 0) return {
     problem: problem,
     remedy: REPORT
    };
    return {
     problem: reason === "service_error" ? FAILED_INSIDE : problem,
     remedy: remedy
    };
   }
   const {problem: problem, remedy: remedy} = NOT_THE_SERVICE;
   if (isRequestAtFault) return {
    problem: problem,
    remedy: `${remedy}. If the service has answered, it does not accept the request`
   };
   if (reason === "throttled") return {
    problem: problem,
    remedy: `${remedy}. If the service has answered, it gets too many requests`
   };
   return status >= 500 ? {
    problem: problem,
    remedy: `${remedy}. If they are right, run the step again later`
   } : NOT_THE_SERVICE;
  }
  function namedError(value, status) {
   if (typeof value === "string") {
    const inner = parseJson(value);
    return inner.ok ? namedError(inner.value, status) : void 0;
   }
   if (!isJsonObject(value)) return;
   const isFailure = status >= 400;
   const {error: error} = value;
   const inner = isJsonObject(error) ? error : {};
   const code = codeIn(value, "error_code", "err_code", "errCode", "errorCode") || codeIn(inner, "code", "error_code") || (isFailure ? codeIn(value, "code") : "");
   const said = textIn(value, "error_msg", "err_msg", "errMsg", "errorMsg") || textIn(inner, "message", "reason", "error_msg") || (typeof error === "string" ? error : "") || textIn(value, "message");
   const saysFailure = value["success"] === false || [ "fail", "error" ].includes(textIn(value, "status"));
   const isNamed = code !== "" || saysFailure || isFilled(error) || isFailure && said !== "";
   if (!isNamed) return;
   const details = isFilled(error) ? JSON.stringify(error) : "";
   return {
    code: code,
    said: said,
    details: details,
    requestId: textIn(value, "request_id"),
    meaning: meaningOf(code, said)
   };
  }
  function objectionTo(envelope) {
   const says = name => util_message.iU`its envelope has the field ${name} as ${(0, 
   util_message.hD)(JSON.stringify(envelope[name]), 80)}`;
   for (const name of [ "err_code", "errCode", "error_code", "errorCode" ]) if (isFilled(envelope[name])) return says(name);
   const {success: success, status: status} = envelope;
   if (success !== void 0 && success !== true) return says("success");
   if (status !== void 0 && status !== null && status !== "success") return says("status");
   if (success !== true && status !== "success") return util_message.iU`its envelope does not say that the request succeeded`;
   return;
  }
  function isFilled(value) {
   if (value === void 0 || value === null || value === "" || value === "0") return false;
   if (isNumber(value)) return Number(textOf(value)) !== 0;
   if (Array.isArray(value)) return value.length > 0;
   return !(isJsonObject(value) && Object.keys(value).length === 0);
  }
  function codeIn(object, ...names) {
   return textIn(object, ...names.filter(name => isFilled(object[name])));
  }
  function textIn(object, ...names) {
   return names.map(name => scalarText(object[name])).find(text => text !== "") ?? "";
  }
  function describeAnswer({status: status, headers: headers, body: body}, json, named, from) {
   const requestId = (named?.requestId ?? "") || scalarText(headers["x-request-id"]);
   const redirect = status >= 300 && status < 400 ? describeRedirect(headers.location) : "";
   const start = util_message.iU`HTTP ${status}${from === void 0 ? "" : ` from ${from.name}`}${redirect}`;
   if (named !== void 0) return {
    said: util_message.iU`${start}, ${response_describeError(named, status, from?.sent)}`,
    requestId: requestId
   };
   if (json?.ok !== false || json.why !== "syntax" || !("text" in body) || redirect !== "") return {
    said: start,
    requestId: requestId
   };
   const what = from === void 0 ? describeBody(body.text, scalarText(headers["content-type"])) : "a body that is not JSON";
   return {
    said: util_message.iU`${start} with ${what}`,
    requestId: requestId
   };
  }
  function describeRedirect(location) {
   if (location === void 0) return util_message.iU`, a redirect without an address`;
   const {protocol: protocol, host: host, pathname: pathname} = new URL(URL.canParse(location) ? location : "about:blank");
   if (protocol !== "http:" && protocol !== "https:") return util_message.iU`, a redirect that is not followed`;
   return util_message.iU`, a redirect to ${(0, util_message.hD)(`${protocol}//${host}${pathname}`, 200)} that is not followed`;
  }
  function response_describeError({code: code, said: said, details: details}, status, sent) {
   const shown = text => sent === void 0 ? text : withoutLongRuns(text, sent);
   const all = sent === void 0 ? said || details : status >= 400 ? shown(said) : "";
   const words = all.replace(/^"(.*)"$/s, "$1");
   const parts = [ code === "" ? [] : [ (0, util_message.hD)(shown(code), 200) ], words === "" ? [] : (0, 
   util_message.Nt)(words) ].filter(part => part.length > 0);
   return parts.length === 0 ? util_message.iU`an error without a code or a message` : (0, 
   util_message.oR)(parts, " ");
  }
  function withoutLongRuns(text, sent) {
   const [kept, ...others] = sent;
   if (kept !== void 0) return text.split(kept).map(part => withoutLongRuns(part, others)).join(kept);
   return text.replace(/[A-Za-z0-9+/=_-]{20,}/g, "***");
  }
  const MAX_SEARCHED_CHARACTERS = 2e4;
  const PAGE = /^\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head|title|meta|body)\b/i;
  function describeBody(text, contentType) {
   const start = text.slice(0, MAX_SEARCHED_CHARACTERS);
   const isPage = PAGE.test(start) || /^\s*(?:text\/html|application\/xhtml)\b/i.test(contentType);
   const title = (/<title[^<>]*>([^<]*)/i.exec(start)?.[1] ?? "").replace(/\s+/g, " ").trim();
   if (isPage && title !== "") return util_message.iU`an HTML page titled ${(0, util_message.Nt)(title, 120)}`;
   const words = (isPage ? textOfPage(start) : start).replace(/\s+/g, " ").trim();
   if (words === "") return isPage ? util_message.iU`an HTML page without a title` : util_message.iU`an empty body`;
   return util_message.iU`${isPage ? "an HTML page" : "a body"} that begins with ${(0, 
   util_message.Nt)((0, util_message.Ir)(words, 80))}`;
  }
  function textOfPage(page) {
   let isShown = true;
   return page.split(/(<[^<>]*>)/).filter((part, at) => {
    if (at % 2 === 0) return isShown;
    if (/<\/?(style|script)\b/i.test(part)) isShown = part.startsWith("</");
    return false;
   }).join(" ");
  }
  const EARLIEST_DATE_MS = Date.UTC(2e3, 0);
  const LATEST_DATE_MS = Date.UTC(2100, 0);
  function dateMsOf({date: date}) {
   const dateMs = Date.parse(scalarText(date));
   return dateMs >= EARLIEST_DATE_MS && dateMs < LATEST_DATE_MS ? dateMs : void 0;
  }
  // CONCATENATED MODULE: ./src/codearts/request-queue.ts
  const CONNECTIONS = 2;
  const CONNECTIONS_OF_SEVERAL = 8;
  const CONNECTIONS_ON_TRIAL = 4;
  const MINUTE_MS = 6e4;
  const RATES = [ {
   urls: /\/([^/]+)\/[0-9]+\/record-info$/,
   burst: 25,
   perMinute: 90
  }, {
   urls: /\/([^/]+)\/(?:list\?.*|running-status)$/,
   burst: 24,
   perMinute: 25
  } ];
  const SLOW_DOWN_MS = 2e3;
  const PRIORITIES = [ "ahead", "first", "later" ];
  const GIVEN_UP = {
   ok: false,
   error: ofNetwork(network_errors.gD)
  };
  const NEEDLESS = {
   ok: false,
   error: {
    ...GIVEN_UP.error,
    kind: "needless"
   }
  };
  class RequestQueue {
   #tools;
   #connections;
   #paces;
   #waiting=new Set;
   #underWay=0;
   #isAccepted=false;
   #refusal;
   #throttledUntilMs=new Map;
   #isSettling=false;
   #stopTimer=() => {};
   constructor(tools, isForSeveral = false) {
    this.#tools = tools;
    this.#connections = isForSeveral ? CONNECTIONS_OF_SEVERAL : CONNECTIONS;
    this.#paces = isForSeveral ? RATES.map(createPace) : [];
   }
   sender(options) {
    let hasRenewed = false;
    const mayRenew = () => {
     if (hasRenewed || options.mayRepeat?.() === false) return false;
     hasRenewed = true;
     return true;
    };
    return async (request, via) => {
     const failure = await this.#turn(request.url, options);
     if (failure !== void 0) return failure;
     try {
      return await this.#send(request, via, options.signal, mayRenew);
     } finally {
      this.#leave();
     }
    };
   }
   #turn({href: href}, {signal: signal, priority: priority = "later", limit: limit, isNeedless: isNeedless}) {
    if (signal.aborted) return Promise.resolve(GIVEN_UP);
    limit?.pause();
    return new Promise(resolve => {
     const giveUp = () => {
      waiting.end(GIVEN_UP);
     };
     const waiting = {
      pace: this.#paces.find(({urls: urls}) => urls.test(href)),
      rank: PRIORITIES.indexOf(priority),
      isNeedless: isNeedless,
      end: failure => {
       this.#waiting.delete(waiting);
       signal.removeEventListener("abort", giveUp);
       limit?.resume();
       resolve(failure);
      }
     };
     signal.addEventListener("abort", giveUp);
     this.#waiting.add(waiting);
     this.#letIn();
    });
   }
   #letIn() {
    if (this.#isSettling) return;
    this.#stopTimer();
    const {clock: clock} = this.#tools;
    const nowMs = clock.nowMs();
    let pauseMs = Number.POSITIVE_INFINITY;
    for (const one of [ ...this.#waiting ].sort((a, b) => a.rank - b.rank)) {
     const instead = this.#refusal ?? (one.isNeedless?.() === true ? NEEDLESS : void 0);
     if (instead !== void 0) {
      one.end(instead);
      continue;
     }
     if (this.#underWay >= this.#mostUnderWay()) continue;
     const ownPauseMs = one.pace?.pauseMs(nowMs) ?? 0;
     if (ownPauseMs > 0) {
      pauseMs = Math.min(pauseMs, ownPauseMs);
      continue;
     }
     one.pace?.take(nowMs);
     this.#underWay++;
     one.end();
    }
    if (pauseMs < Number.POSITIVE_INFINITY) this.#stopTimer = clock.after(pauseMs, () => {
     this.#letIn();
    });
   }
   #mostUnderWay() {
    return this.#isAccepted ? this.#connections : Math.min(this.#connections, CONNECTIONS_ON_TRIAL);
   }
   #leave() {
    this.#underWay--;
    if (this.#waiting.size === 0 || this.#isSettling) return;
    this.#isSettling = true;
    this.#tools.clock.after(0, () => {
     this.#isSettling = false;
     this.#letIn();
    });
   }
   async #send(request, via, signal, mayRenew) {
    const {credentials: credentials, nowMs: nowMs} = this.#tools;
    const authorized = await this.#authorized(request, signal);
    if (!authorized.ok) return authorized;
    const answer = await via(authorized.value);
    if ("streamed" in answer) return answer;
    const response = readApiResponse(answer, nowMs());
    this.#learnFrom(request.url, response);
    if (response.ok || !answer.ok || answer.status !== 401 && answer.status !== 403) return response;
    const {isRenewable: isRenewable, remedy: remedy} = credentials.refused(answer, authorized.value);
    if (isRenewable && mayRenew()) return this.#send(request, via, signal, mayRenew);
    const isExplained = remedy !== void 0 && response.error.kind === "credentials_refused";
    const error = isExplained ? {
     ...response.error,
     remedy: remedy
    } : response.error;
    if (error.reason === "unauthorized") this.#stop(error);
    return {
     ok: false,
     error: error
    };
   }
   async #authorized(request, signal) {
    const authorization = await unlessAborted(this.#tools.credentials.authorize(request, signal), signal);
    if (authorization === void 0) return GIVEN_UP;
    if (authorization.ok) {
     const headers = {
      ...request.headers,
      ...authorization.headers
     };
     return this.#refusal ?? {
      ok: true,
      value: {
       ...request,
       headers: headers
      }
     };
    }
    const {error: error} = authorization;
    if (error.kind === "given_up") return authorization;
    const failure = {
     ok: false,
     error: {
      ...error,
      kind: "exchange_failed"
     }
    };
    for (const one of [ ...this.#waiting ]) one.end(failure);
    return failure;
   }
   #learnFrom({href: href}, response) {
    const isThrottled = !response.ok && response.error.reason === "throttled";
    if (response.ok || response.error.kind === "build_missing") this.#isAccepted = true;
    for (const {urls: urls} of this.#paces) {
     const task = urls.exec(href)?.[1];
     if (task === void 0) continue;
     if (isThrottled) this.#throttle(task, response.error); else if (response.ok) this.#throttledUntilMs.delete(task);
    }
   }
   #throttle(task, {retryAfterMs: retryAfterMs = 0}) {
    const nowMs = this.#tools.clock.nowMs();
    this.#throttledUntilMs.set(task, nowMs + MINUTE_MS);
    const others = [ ...this.#throttledUntilMs ].filter(([other, untilMs]) => other !== task && untilMs > nowMs);
    if (others.length === 0) return;
    const pauseMs = Math.min(Math.max(retryAfterMs, SLOW_DOWN_MS), MAX_RETRY_AFTER_MS);
    for (const pace of this.#paces) pace.hold(nowMs, pauseMs);
   }
   #stop({problem: problem, remedy: remedy}) {
    const said = util_message.iU`it was not asked for, because the service had refused the credentials`;
    this.#refusal = {
     ok: false,
     error: {
      kind: "fault",
      reason: "unauthorized",
      problem: problem,
      remedy: remedy,
      message: said,
      retryable: false
     }
    };
   }
  }
  function createPace(rate) {
   const intervalMs = MINUTE_MS / rate.perMinute;
   const burstMs = (rate.burst - 1) * intervalMs;
   let fullMs = Number.NEGATIVE_INFINITY;
   return {
    urls: rate.urls,
    pauseMs: nowMs => Math.ceil(fullMs - burstMs - nowMs),
    take: nowMs => {
     fullMs = Math.max(fullMs, nowMs) + intervalMs;
    },
    hold: (nowMs, ms) => {
     fullMs = Math.max(fullMs, nowMs + ms + burstMs);
    }
   };
  }
  // CONCATENATED MODULE: ./src/codearts/request-tools.ts
  const USER_AGENT = `codearts-build-gate/${package_namespaceObject.rE}`;
  function urlOf(endpoint, path) {
   return new URL(endpoint.href.replace(/\/$/, "") + path);
  }
  function request_tools_createRequestTools(endpoint, choice, {log: log, addSecret: addSecret}, isForSeveral = false) {
   for (const url of requestedUrls(endpoint, choice)) for (const {value: value, kind: kind} of proxySecrets(url)) addSecret(value, kind);
   const retry = {
    sleep: (ms, signal) => sleep(CLOCK, ms, signal),
    random: Math.random
   };
   const tools = {
    http: createHttp(USER_AGENT),
    retry: retry,
    onRetry: retryLine(log),
    nowMs: Date.now
   };
   if (choice.kind === "access_keys" && choice.isFromEnvironment) log.info(`The credentials are from ${choice.source}`);
   const credentials = createCredentials(choice, {
    ...tools,
    readSecretResponse: readSecretResponse,
    addSecret: addSecret,
    log: log
   });
   return {
    ...tools,
    queue: new RequestQueue({
     credentials: credentials,
     clock: CLOCK,
     nowMs: Date.now
    }, isForSeveral)
   };
  }
  function retryLine(log) {
   return (error, tries, pauseMs) => {
    log.info(util_message.iU`Try ${tries} failed: ${describeError(error)}; trying again in ${formatDuration(pauseMs)}`);
   };
  }
  function requestedUrls(endpoint, choice) {
   if (choice.kind !== "keyless") return [ endpoint ];
   const {stsEndpoint: stsEndpoint, idTokenUrl: idTokenUrl} = choice;
   return [ endpoint, stsEndpoint, ...URL.canParse(idTokenUrl) ? [ new URL(idTokenUrl) ] : [] ];
  }
  // CONCATENATED MODULE: ./src/codearts/json-fields.ts
  const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
  function fieldsOf(text, whole = "top") {
   const fields = [];
   const open = [];
   let name;
   let before = "";
   const add = value => {
    const object = open.at(-1);
    if (name === void 0 || object === void 0) return;
    object.isRepeated ||= object.names.has(name);
    object.names.add(name);
    fields.push({
     name: name,
     value: value,
     object: object
    });
   };
   for (const [token] of text.matchAll(TOKEN)) {
    if (token === ":") name = JSON.parse(before); else if (token === "{" || token === "[") {
     add(void 0);
     const isResult = open.length === 1 && open[0]?.place === "top" && name === "result";
     const place = open.length === 0 ? whole : isResult ? "result" : "elsewhere";
     open.push(token === "[" ? void 0 : {
      place: place,
      names: new Set,
      isRepeated: false
     });
     name = void 0;
    } else if (token === "}" || token === "]") open.pop(); else if (token !== "," && (name !== void 0 || open.at(-1) === void 0)) {
     const text = token.startsWith('"') ? JSON.parse(token) : void 0;
     add(text ?? (token === "null" ? null : token));
     name = void 0;
     if (text !== void 0) fields.push(...fieldsWithin(text));
    }
    before = token;
   }
   return fields;
  }
  function fieldsWithin(text) {
   if (!/^\s*["{[]/.test(text)) return [];
   try {
    JSON.parse(text);
   } catch {
    return [];
   }
   return fieldsOf(text, "elsewhere");
  }
  // CONCATENATED MODULE: ./src/codearts/execute-job.ts
  class NothingStarted {
   #error;
   constructor(error) {
    this.#error = error;
   }
   static provenBy(sent, error) {
    return sent === "unsent" || refuses(sent) ? new NothingStarted(error) : void 0;
   }
   get error() {
    return this.#error;
   }
  }
  const BRANCH_PARAMETER = "codeBranch";
  function executeJobRequest(endpoint, order) {
   const {jobId: jobId, commit: commit, branch: branch, tag: tag} = order;
   const source = branch === void 0 ? [] : [ {
    name: BRANCH_PARAMETER,
    value: branch
   } ];
   const parameter = [ ...source, ...order.parameters, ...order.secretParameters ];
   const scm = commit === void 0 ? {
    build_tag: tag
   } : {
    build_commit_id: commit
   };
   return postOf(endpoint, "/v1/job/execute", {
    job_id: jobId,
    ...parameter.length === 0 ? {} : {
     parameter: parameter
    },
    ...commit === void 0 && tag === void 0 ? {} : {
     scm: scm
    }
   });
  }
  function postOf(endpoint, path, body) {
   const headers = {
    Accept: "application/json",
    "Content-Type": "application/json"
   };
   return {
    method: "POST",
    url: urlOf(endpoint, path),
    headers: headers,
    body: JSON.stringify(body)
   };
  }
  const REFUSING_STATUSES = [ 400, 401, 403, 404, 422 ];
  const UNSETTLED_STATUSES = [ 408, 499 ];
  const RATE_LIMIT = /^API(GW|G)\.0308$/;
  const BUILD_NAMES = /actual_?build_?number|daily_?build_?number|octopus_?job_?name/i;
  const BUILD_NUMBER = /^actual_?build_?number$/i;
  function refuses({status: status, body: body}) {
   const text = "text" in body ? body.text : "";
   const json = parseJson(text);
   if (!json.ok) return false;
   const isNamed4xx = status >= 400 && status <= 499 && (namedError(json.value, status)?.code ?? "") !== "";
   if (UNSETTLED_STATUSES.includes(status) || !(isNamed4xx || REFUSING_STATUSES.includes(status))) return false;
   return !BUILD_NAMES.test(unescaped(text)) && !fieldsOf(text).some(field => field.object.isRepeated);
  }
  function unescaped(text) {
   const out = [];
   for (const character of text) {
    let next = character;
    while (next !== void 0) {
     out.push(next);
     const isShort = out.at(-2) === "\\" && (next === "\\" || next === '"');
     next = void 0;
     if (isShort) out.splice(-2, 1); else if (out.at(-6) === "\\" && out.at(-5) === "u") {
      const code = out.slice(-4).join("");
      if (!/^[0-9a-f]{4}$/i.test(code)) continue;
      out.splice(-6);
      next = String.fromCharCode(Number.parseInt(code, 16));
     }
    }
   }
   return out.join("");
  }
  function readStartResponse(response, nowMs, show = said => said) {
   const {status: status, headers: headers, body: body} = response;
   const text = "text" in body ? body.text : "";
   const json = parseJson(text);
   const is2xx = status >= 200 && status <= 299;
   const build = is2xx && json.ok ? buildIn(fieldsOf(text)) : void 0;
   if (build !== void 0) return {
    kind: "started",
    build: build
   };
   const {code: code = "", requestId: requestId = "", meaning: meaning} = namedError(json.ok ? json.value : void 0, status) ?? {};
   const brief = {
    status: status,
    code: code,
    requestId: requestId || scalarText(headers["x-request-id"])
   };
   const read = readApiResponse(response, nowMs);
   if (read.ok || is2xx && json.ok && code === "") {
    const words = util_message.iU`HTTP ${status} without a usable number of the build (${(0, 
    util_message.Nt)((0, util_message.Ir)(text, 200))})`;
    const said = show({
     message: words,
     requestId: brief.requestId
    }, brief);
    return {
     kind: "unknown",
     details: detailsOf(said)
    };
   }
   const isOfReading = meaning === void 0 || REMEDIES_OF_READING.includes(meaning.remedy);
   const own = isOfReading ? execute_job_WORDS[read.error.reason] : meaning.missingApi !== void 0 && {
    remedy: [ "Check region, or endpoint where it is given" ]
   };
   const error = {
    ...read.error,
    ...own,
    ...show(read.error, brief),
    retryable: RATE_LIMIT.test(code) && (status === 429 || status === 400)
   };
   const proof = NothingStarted.provenBy(response, error);
   return proof === void 0 ? {
    kind: "unknown",
    details: detailsOf(error)
   } : {
    kind: "refused",
    proof: proof
   };
  }
  const execute_job_WORDS = {
   not_found: {
    problem: [ "There is no such build task" ],
    remedy: [ "Check job_id and region: job_id may be given as the address of the page of the build task" ]
   },
   forbidden: {
    problem: [ "The credentials may not start builds of this task" ],
    remedy: [ "Add the user to the CodeArts project of the build task, with a role that may execute it" ]
   },
   service_error: {
    problem: [ "The service refused the request" ],
    remedy: [ "Check job_id, parameters, and commit, branch or tag against the build task" ]
   }
  };
  function buildIn(fields) {
   const filled = fields.filter(({value: value}) => value !== null && value !== "");
   const numbers = filled.filter(({name: name}) => BUILD_NUMBER.test(name));
   const [buildNo, ...others] = new Set(numbers.map(({value: value}) => buildNoOf(value)));
   const read = filled.filter(({object: {place: place}}) => place !== "elsewhere");
   const given = read.filter(({name: name}) => [ "actual_build_number", "actualBuildNumber" ].includes(name));
   const [first] = given;
   if (first === void 0 || buildNo === void 0 || others.length > 0) return;
   if (given.some(({object: object}) => object.isRepeated)) return;
   const textOf = (...names) => {
    const found = read.filter(({name: name}) => names.includes(name));
    return (found.find(({object: object}) => object === first.object) ?? found[0])?.value ?? "";
   };
   const dailyBuildNumber = textOf("daily_build_number", "dailyBuildNumber");
   return {
    buildNo: buildNo,
    dailyBuildNumber: dailyBuildNumber,
    executionId: textOf("octopus_job_name", "octopusJobName")
   };
  }
  // CONCATENATED MODULE: ./src/codearts/stop-job.ts
  async function stopBuild(build, tools, maxMs) {
   const {queue: queue, http: http, endpoint: endpoint} = tools;
   const limit = timeLimit(CLOCK, maxMs, (new AbortController).signal);
   const {signal: signal} = limit;
   const response = await queue.sender({
    signal: signal,
    mayRepeat: () => false
   })(postOf(endpoint, `/v1/job/${build.jobId}/stop`, {
    build_no: build.buildNo
   }), authorized => http.send(authorized, signal));
   limit.end();
   if (response.ok) return util_message.iU`Build ${build.buildNo} was asked to stop, and the service has taken the request`;
   const why = limit.signal.aborted ? [ `no answer came within ${formatDuration(maxMs)}` ] : describeError(response.error);
   return util_message.iU`Build ${build.buildNo} could not be stopped: ${why}; see it in CodeArts`;
  }
  // CONCATENATED MODULE: external "os"
  const external_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");
  // CONCATENATED MODULE: ./node_modules/@actions/core/lib/utils.js
  function utils_toCommandValue(input) {
   if (input === null || input === void 0) return ""; else if (typeof input === "string" || input instanceof String) return input;
   return JSON.stringify(input);
  }
  function utils_toCommandProperties(annotationProperties) {
   if (!Object.keys(annotationProperties).length) return {};
   return {
    title: annotationProperties.title,
    file: annotationProperties.file,
    line: annotationProperties.startLine,
    endLine: annotationProperties.endLine,
    col: annotationProperties.startColumn,
    endColumn: annotationProperties.endColumn
   };
  }
  // CONCATENATED MODULE: ./node_modules/@actions/core/lib/command.js
  function command_issueCommand(command, properties, message) {
   const cmd = new Command(command, properties, message);
   process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
  }
  function command_issue(name, message = "") {
   command_issueCommand(name, {}, message);
  }
  const CMD_STRING = "::";
  class Command {
   constructor(command, properties, message) {
    if (!command) command = "missing.command";
    this.command = command;
    this.properties = properties;
    this.message = message;
   }
   toString() {
    let cmdStr = CMD_STRING + this.command;
    if (this.properties && Object.keys(this.properties).length > 0) {
     cmdStr += " ";
     let first = true;
     for (const key in this.properties) if (this.properties.hasOwnProperty(key)) {
      const val = this.properties[key];
      if (val) {
       if (first) first = false; else cmdStr += ",";
       cmdStr += `${key}=${escapeProperty(val)}`;
      }
     }
    }
    cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
    return cmdStr;
   }
  }
  function escapeData(s) {
   return utils_toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
  }
  function escapeProperty(s) {
   return utils_toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/:/g, "%3A").replace(/,/g, "%2C");
  }
  // CONCATENATED MODULE: external "crypto"
  const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
  // CONCATENATED MODULE: external "fs"
  const external_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");
  // CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
  function file_command_issueFileCommand(command, message) {
   const filePath = process.env[`GITHUB_${command}`];
   if (!filePath) throw new Error(`Unable to find environment variable for file command ${command}`);
   if (!external_fs_namespaceObject.existsSync(filePath)) throw new Error(`Missing file at path: ${filePath}`);
   external_fs_namespaceObject.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_namespaceObject.EOL}`, {
    encoding: "utf8"
   });
  }
  function file_command_prepareKeyValueMessage(key, value) {
   const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
   const convertedValue = utils_toCommandValue(value);
   if (key.includes(delimiter)) throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
   if (convertedValue.includes(delimiter)) throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
   return `${key}<<${delimiter}${external_os_namespaceObject.EOL}${convertedValue}${external_os_namespaceObject.EOL}${delimiter}`;
  }
  // CONCATENATED MODULE: external "path"
  __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");
  // CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/auth.js
  void 0 && (void 0).__awaiter;
  // CONCATENATED MODULE: ./node_modules/@actions/core/lib/oidc-utils.js
  void 0 && (void 0).__awaiter;
  // CONCATENATED MODULE: ./node_modules/@actions/core/lib/summary.js
  void 0 && (void 0).__awaiter;
  // CONCATENATED MODULE: ./node_modules/@actions/core/lib/platform.js
  void 0 && (void 0).__awaiter;
  external_os_namespaceObject.platform();
  external_os_namespaceObject.arch();
  // CONCATENATED MODULE: ./node_modules/@actions/core/lib/core.js
  void 0 && (void 0).__awaiter;
  var ExitCode;
  (function(ExitCode) {
   ExitCode[ExitCode["Success"] = 0] = "Success";
   ExitCode[ExitCode["Failure"] = 1] = "Failure";
  })(ExitCode || (ExitCode = {}));
  function core_setSecret(secret) {
   command_issueCommand("add-mask", {}, secret);
  }
  function getInput(name, options) {
   const val = process.env[`INPUT_${name.replace(/ /g, "_").toUpperCase()}`] || "";
   if (options && options.required && !val) throw new Error(`Input required and not supplied: ${name}`);
   if (options && options.trimWhitespace === false) return val;
   return val.trim();
  }
  function setOutput(name, value) {
   const filePath = process.env["GITHUB_OUTPUT"] || "";
   if (filePath) return file_command_issueFileCommand("OUTPUT", file_command_prepareKeyValueMessage(name, value));
   process.stdout.write(external_os_namespaceObject.EOL);
   command_issueCommand("set-output", {
    name: name
   }, utils_toCommandValue(value));
  }
  function isDebug() {
   return process.env["RUNNER_DEBUG"] === "1";
  }
  function core_debug(message) {
   command_issueCommand("debug", {}, message);
  }
  function error(message, properties = {}) {
   command_issueCommand("error", utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
  }
  function warning(message, properties = {}) {
   command_issueCommand("warning", utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
  }
  function info(message) {
   process.stdout.write(message + external_os_namespaceObject.EOL);
  }
  function core_startGroup(name) {
   command_issue("group", name);
  }
  function core_endGroup() {
   command_issue("endgroup");
  }
  // CONCATENATED MODULE: ./src/util/group.ts
  function groupBy(items, keyOf) {
   const groups = new Map;
   for (const item of items) groups.set(keyOf(item), [ ...groups.get(keyOf(item)) ?? [], item ]);
   return [ ...groups.values() ];
  }
  // CONCATENATED MODULE: ./src/util/git-refs.ts
  function branchName(ref) {
   return ref.replace(/^refs\/heads\//, "");
  }
  function tagName(ref) {
   return ref.replace(/^refs\/tags\//, "");
  }
  // CONCATENATED MODULE: ./src/inputs/parsers.ts
  function textThat(accepts, isAccepted) {
   return {
    accepts: accepts,
    parse: text => isAccepted(text) ? text : void 0
   };
  }
  function matching(accepts, pattern) {
   return textThat(accepts, text => pattern.test(text));
  }
  function named(name, kind) {
   return {
    ...kind,
    accepts: `${name}, ${kind.accepts}`
   };
  }
  const parsers_BOOLEAN = {
   accepts: "true or false",
   parse: text => [ "true", "True", "TRUE" ].includes(text) || ([ "false", "False", "FALSE" ].includes(text) ? false : void 0)
  };
  function decimal(range, isWithin) {
   const parse = text => /^[0-9]+(\.[0-9]+)?$/.test(text) && isWithin(Number(text)) ? Number(text) : void 0;
   return {
    accepts: `a decimal number ${range}`,
    parse: parse
   };
  }
  const TIMEOUT_MINUTES = decimal("above 0, at most 1440", value => value > 0 && value <= 1440);
  const POLL_INTERVAL_SECONDS = decimal("from 1 to 300", value => value >= 1 && value <= 300);
  decimal("from 0 to 1440", value => value <= 1440);
  const LOG_LINES = {
   accepts: "a whole number from 0 to 1000",
   parse: text => /^[0-9]{1,4}$/.test(text) && Number(text) <= 1e3 ? Number(text) : void 0
  };
  const COMMIT = matching("7 to 64 hexadecimal digits", /^[0-9A-Fa-f]{7,64}$/);
  const BRANCH = {
   accepts: "the name of a branch",
   parse: text => branchName(text) || void 0
  };
  const TAG = {
   accepts: "the name of a tag",
   parse: text => tagName(text) || void 0
  };
  const ENDPOINT = {
   accepts: "an https:// URL without user, password, query or fragment (http:// for this machine only)",
   parse(text) {
    if (!/^https?:\/\/[^/\s\\?#@][^\s\\?#@]*$/i.test(text) || !URL.canParse(text)) return;
    const url = new URL(text);
    if (!isSecure(url)) return;
    url.pathname = url.pathname.replace(/\/+$/, "");
    return url;
   }
  };
  const VISIBLE_ASCII = matching("visible ASCII characters only", /^[\x21-\x7e]+$/);
  const ACCESS_KEY = matching(`${VISIBLE_ASCII.accepts}, without a comma`, /^[\x21-\x2b\x2d-\x7e]+$/);
  const PROJECT_ID = matching("a project ID (letters, digits, - and _)", /^[0-9A-Za-z_-]{1,64}$/);
  const AUDIENCE = matching("a text without control characters", /^\P{Cc}+$/u);
  const ID_TOKEN = textThat("an OIDC token, a JWT of three parts with dots between them", isJwt);
  function urn(what, type) {
   const pattern = new RegExp(`^iam::[^:\\p{Cc}]+:${type}:\\P{Cc}+$`, "u");
   return matching(`the URN of ${what}, iam::ACCOUNT_ID:${type}:NAME`, pattern);
  }
  const PROVIDER_URN = urn("an OIDC identity provider", "oidcProvider");
  const AGENCY_URN = urn("a trust agency", "agency");
  // CONCATENATED MODULE: ./src/inputs/input-reader.ts
  const CONNECTION_INPUTS = {
   token: {
    secret: true
   },
   access_key: {
    secret: true
   },
   secret_key: {
    secret: true
   },
   security_token: {
    secret: true
   },
   project_id: {},
   oidc_provider_urn: {},
   oidc_agency_urn: {},
   oidc_audience: {},
   oidc_token: {
    secret: true
   },
   sts_endpoint: {},
   region: {},
   endpoint: {}
  };
  const MAX_SHOWN_CHARACTERS = 80;
  function input_reader_problemsOf(name, faults) {
   return groupBy(faults, ({words: words}) => words).map(group => {
    const shown = group.slice(0, 3).map(fault => fault.shown);
    const more = group.length > shown.length ? ` and ${group.length - shown.length} more` : "";
    return util_message.iU`${name} ${group[0]?.words ?? ""} ${(0, util_message.oR)(shown, ", ")}${more}`;
   });
  }
  class input_reader_InputReader {
   problems;
   warnings=[];
   #declarations;
   constructor(declarations) {
    this.#declarations = declarations;
    this.problems = misspelledInputs(Object.keys(declarations));
   }
   get secrets() {
    const inputs = Object.entries(this.#declarations).filter(([, {secret: secret}]) => secret);
    return inputs.map(([name]) => getInput(name)).filter(value => !isVariableName(value));
   }
   text=name => getInput(name) || (this.#declarations[name].default ?? "");
   read=(name, kind) => {
    const text = this.text(name);
    const {required: required, secret: secret} = this.#declarations[name];
    if (text === "") {
     if (required) this.problems.push(util_message.iU`${name} is missing: give ${kind.accepts}`);
     return;
    }
    if (secret) return parseSecret(name, text, kind, this.problems);
    const value = kind.parse(text);
    if (value === void 0) this.problems.push(util_message.iU`${name} must be ${kind.accepts}, not ${describeValue(name, text)}`);
    return value;
   };
  }
  function parseSecret(name, text, {accepts: accepts, parse: parse}, problems) {
   const value = isVariableName(text) ? void 0 : parse(text);
   if (value === void 0) problems.push(isVariableName(text) ? util_message.iU`${name} has the name of a variable in place of its value: check that ${(0, 
   util_message.hD)(text, MAX_SHOWN_CHARACTERS)} is set for this step, and how a variable is written here` : util_message.iU`${name} must be ${accepts}${oddCharacter(text)}`);
   return value;
  }
  function environmentValue(variable) {
   return (process.env[variable] ?? "").trim();
  }
  const VARIABLE_NAME = /^(?:\$[A-Za-z_]\w*|\$\{[A-Za-z_][\w.-]*\}|\$\([A-Za-z_][\w.-]*\)|%[A-Za-z_]\w*%|\$\{\{[^}]*\}\})$/;
  function isVariableName(text) {
   return VARIABLE_NAME.test(text);
  }
  function input_reader_readSource({read: read}) {
   const commit = read("commit", COMMIT);
   return {
    commit: commit,
    ...commit !== void 0 && isMergeCommit(commit) ? {
     isMergeCommit: true
    } : {},
    branch: read("branch", BRANCH),
    tag: read("tag", TAG)
   };
  }
  function isMergeCommit(commit) {
   const {GITHUB_REF: GITHUB_REF = "", GITHUB_SHA: GITHUB_SHA = "", GITHUB_EVENT_NAME: GITHUB_EVENT_NAME} = process.env;
   const isOfPullRequest = /^refs\/pull\/[0-9]+\/merge$/.test(GITHUB_REF);
   const isGiven = GITHUB_SHA.toLowerCase().startsWith(commit.toLowerCase());
   return isOfPullRequest && isGiven && GITHUB_EVENT_NAME !== "pull_request_target";
  }
  const OTHER_NAMES = new Map([ ...[ "commit_sha", "commit_id", "commit_hash", "sha" ].map(name => [ name, "commit" ]), [ "branch_name", "branch" ], [ "tag_name", "tag" ] ]);
  function misspelledInputs(declared) {
   return Object.entries(process.env).flatMap(([variable, value = ""]) => {
    const given = variable.startsWith("INPUT_") ? variable.slice("INPUT_".length).toLowerCase() : "";
    if (given === "" || declared.includes(given)) return [];
    const name = given.replaceAll("-", "_");
    const other = value.trim() === "" ? void 0 : OTHER_NAMES.get(name);
    const meant = declared.find(known => isNear(known, name, known.length <= 5 ? 1 : 2)) ?? declared.find(known => known === other && getInput(known) === "");
    if (meant === void 0) return [];
    return [ util_message.iU`${(0, util_message.hD)(variable, MAX_SHOWN_CHARACTERS)} is not an input of this action: use ${meant}; if your workflow does not set it, it is an input of an action around this one, which runners based on act pass on` ];
   });
  }
  function isNear(one, other, edits) {
   if (one === other) return true;
   if (edits === 0) return false;
   const [a, b] = one;
   const [c, d] = other;
   if (a === c) return isNear(one.slice(1), other.slice(1), edits);
   return isNear(one.slice(1), other, edits - 1) || isNear(one, other.slice(1), edits - 1) || isNear(one.slice(1), other.slice(1), edits - 1) || a === d && b === c && isNear(one.slice(2), other.slice(2), edits - 1);
  }
  function describeValue(name, text) {
   if ([ "endpoint", "sts_endpoint" ].includes(name) && /[@?#]/.test(text)) return util_message.iU`a URL with one of them`;
   return input_reader_quoted(text);
  }
  function oddCharacter(secret) {
   if (/[\r\n]/.test(secret)) return "; it has a line end";
   if (/\s/.test(secret)) return "; it has a space";
   if (/[^\x21-\x7e]/.test(secret)) return "; it has another character";
   return secret.includes(",") ? "; it has a comma" : "";
  }
  function input_reader_quoted(text, maxCharacters = MAX_SHOWN_CHARACTERS) {
   return (0, util_message.Nt)(text, maxCharacters);
  }
  // CONCATENATED MODULE: ./src/inputs/regions.ts
  const REGION_VARIABLES = [ "HUAWEI_CLOUD_REGION", "HW_REGION_NAME" ];
  const EUROPE = "eu-west-101";
  const DEFAULT_REGION = "cn-north-4";
  function isRegion(text) {
   return /^[a-z]{2}-[a-z]{2,20}-[0-9]{1,3}$/.test(text);
  }
  function endpointOf(region) {
   return new URL(region === EUROPE ? `https://build-backend.${region}.myhuaweicloud.eu` : `https://cloudbuild-ext.${region}.myhuaweicloud.com`);
  }
  const REGIONS_WITHOUT_STS = [ "cn-east-2", "cn-north-1", "cn-south-2", "la-north-2" ];
  function stsEndpointOf(region) {
   const where = REGIONS_WITHOUT_STS.includes(region) ? DEFAULT_REGION : region;
   return new URL(`https://sts.${where}.myhuaweicloud.${where === EUROPE ? "eu" : "com"}`);
  }
  const REGION = {
   accepts: `a region name such as ${DEFAULT_REGION}`,
   parse: text => isRegion(text) ? text : void 0
  };
  function regions_readEndpoints(reader, tasks) {
   const {read: read, problems: problems} = reader;
   const input = read("region", REGION);
   const own = read("endpoint", ENDPOINT);
   const sts = read("sts_endpoint", ENDPOINT);
   const hosts = reader.text("endpoint") === "" ? tasks.map(({region: region}) => region) : [];
   const [addressRegion, ...others] = new Set(hosts.filter(region => region !== void 0));
   if (others.length > 0) problems.push([ `job_id must have addresses of one region, not of ${[ addressRegion, ...others ].join(" and ")}` ]); else if (addressRegion !== void 0 && input !== void 0 && input !== addressRegion) problems.push([ `region must be ${addressRegion} as in the address of job_id, or left out, not ${input}` ]);
   let region = input ?? addressRegion ?? (reader.text("region") === "" ? void 0 : DEFAULT_REGION);
   let isDefault = false;
   const effective = () => {
    if (region !== void 0) return region;
    const ofEnvironment = regionOfEnvironment(reader);
    isDefault = ofEnvironment === void 0;
    return region = ofEnvironment ?? DEFAULT_REGION;
   };
   const endpoint = own ?? endpointOf(effective());
   const place = {
    host: endpoint.host,
    region: own === void 0 ? effective() : void 0,
    isDefault: isDefault
   };
   return {
    endpoint: endpoint,
    place: place,
    stsEndpoint: () => sts ?? stsEndpointOf(effective()),
    addressRegion: addressRegion
   };
  }
  function regionOfEnvironment({problems: problems}) {
   const variable = REGION_VARIABLES.find(name => environmentValue(name) !== "");
   if (variable === void 0) return;
   const region = environmentValue(variable);
   if (isRegion(region)) return region;
   problems.push(util_message.iU`the variable ${variable} must be ${REGION.accepts}, not ${input_reader_quoted(region)}`);
   return;
  }
  // CONCATENATED MODULE: ./src/inputs/task-address.ts
  const task_address_TASK_ACCEPTS = "the 32 letters and digits of the build task’s ID or the https:// address of its page";
  const JOB_ID = /^[0-9A-Za-z]{32}$/;
  const WHERE = "the 32 letters and digits after /detail/history/";
  const MAX_ADDRESS_CHARACTERS = 2e3;
  const task_address_MAX_SHOWN_CHARACTERS = 200;
  function task_address_parseBuildTask(text) {
   if (task_address_isAddress(text)) return parseAddress(text);
   if (JOB_ID.test(text)) return {
    jobId: text,
    url: "",
    region: void 0
   };
   return {
    words: `must be ${task_address_TASK_ACCEPTS}, not`,
    shown: task_address_shownTask(text)
   };
  }
  function readBuildTask(reader) {
   const task = reader.read("job_id", {
    accepts: task_address_TASK_ACCEPTS,
    parse: task_address_parseBuildTask
   });
   if (task === void 0 || "jobId" in task) return task;
   reader.problems.push(...input_reader_problemsOf("job_id", [ task ]));
   return;
  }
  function task_address_isAddress(text) {
   return text.startsWith("https://");
  }
  function parseAddress(text) {
   const shown = task_address_shownTask(text);
   if (text.length > MAX_ADDRESS_CHARACTERS || !ADDRESS.test(text) || !URL.canParse(text)) return {
    words: NO_ADDRESS,
    shown: shown
   };
   const {origin: origin, hostname: hostname, pathname: pathname, hash: hash} = new URL(text);
   const [fragment = ""] = hash.slice(1).split("?");
   const found = idsIn(fragment, pathname);
   const [jobId, other] = new Set(found.map(({id: id}) => id));
   if (jobId === void 0) return {
    words: `must be an address with the task’s ID (${WHERE}), or ID/NUMBER, not`,
    shown: shown
   };
   if (other !== void 0) return {
    words: "must be the address of one build task, not of two:",
    shown: shown
   };
   if (found.some(({rest: rest}) => IS_NUMBER_MEANT.test(rest))) return {
    words: BEHIND_ID,
    shown: util_message.iU`write ${jobId}/NUMBER for ${shown}`
   };
   const [, name = ""] = /^devcloud\.([^.]+)\.huaweicloud\.com$/.exec(hostname) ?? [];
   const isInFragment = found.some(({place: place}) => place === fragment);
   return {
    jobId: jobId,
    url: origin + pathname + (isInFragment ? `#${fragment}` : ""),
    region: isRegion(name) ? name : void 0
   };
  }
  const ADDRESS = /^https:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d*)?(?:[/?#][\x21-\x7e]*)?$/i;
  const NO_ADDRESS = `must be an https:// address of at most ${MAX_ADDRESS_CHARACTERS} visible ASCII characters without user and password, not`;
  const BEHIND_ID = "must be ID/NUMBER, because a number or a / after the ID in an address is not read; the ID is the 32 letters and digits in front of it:";
  const IS_NUMBER_MEANT = /^\/+(?:(?:[0-9]|%3[0-9])+(?:\/|$)|$)/i;
  function idsIn(...places) {
   const found = places.flatMap(place => Array.from(place.matchAll(/\/detail\/history\/([0-9A-Za-z]{32})(?![0-9A-Za-z%])/g), ({0: all, 1: id = "", index: index}) => ({
    place: place,
    id: id,
    rest: place.slice(index + all.length)
   })));
   if (found.length > 0) return found;
   const last = places.map(lastPart).find(one => one !== void 0);
   return last === void 0 ? [] : [ last ];
  }
  function lastPart(place) {
   const parts = place.split("/");
   const isBehindProject = at => parts.slice(0, at).findLast(part => part !== "") === "project";
   const at = parts.findLastIndex((part, at) => JOB_ID.test(part) && !isBehindProject(at));
   const id = parts[at];
   return id === void 0 ? void 0 : {
    place: place,
    id: id,
    rest: [ "", ...parts.slice(at + 1) ].join("/")
   };
  }
  function task_address_shownTask(text) {
   if (!text.includes("://")) return input_reader_quoted(text);
   const [start = ""] = text.split(/[?#]/);
   return start.includes("@") ? util_message.iU`one with @ in it` : input_reader_quoted(start, task_address_MAX_SHOWN_CHARACTERS);
  }
  // CONCATENATED MODULE: ./src/inputs/credential-inputs.ts
  const KINDS = [ [ "token" ], [ "access_key", "secret_key", "security_token" ], [ "oidc_provider_urn", "oidc_agency_urn", "oidc_audience", "oidc_token" ] ];
  const TOOLS = [ {
   tool: "huaweicloud/auth-action",
   accessKey: "HUAWEI_CLOUD_ACCESS_KEY_ID",
   secretKey: "HUAWEI_CLOUD_SECRET_ACCESS_KEY",
   securityToken: "",
   projectId: "HUAWEI_CLOUD_PROJECT_ID"
  }, {
   tool: "the SDKs",
   accessKey: "HUAWEICLOUD_SDK_AK",
   secretKey: "HUAWEICLOUD_SDK_SK",
   securityToken: "HUAWEICLOUD_SDK_SECURITY_TOKEN",
   projectId: "HUAWEICLOUD_SDK_PROJECT_ID"
  }, {
   tool: "Terraform",
   accessKey: "HW_ACCESS_KEY",
   secretKey: "HW_SECRET_KEY",
   securityToken: "HW_SECURITY_TOKEN",
   projectId: "HW_PROJECT_ID"
  } ];
  const ID_TOKEN_BEARER_VARIABLE = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";
  function credential_inputs_environmentSecrets() {
   const variables = TOOLS.flatMap(tool => [ tool.accessKey, tool.secretKey, tool.securityToken ]);
   return [ ...variables, ID_TOKEN_BEARER_VARIABLE ].map(environmentValue).filter(value => value !== "" && !isVariableName(value));
  }
  function credential_inputs_chooseCredentials(reader, service, neededMs) {
   const {read: read, problems: problems} = reader;
   const projectId = read("project_id", PROJECT_ID);
   const token = readToken(reader);
   const keys = readKeys(reader, projectId);
   const keyless = readKeyless(reader, projectId, service, neededMs);
   const isGiven = input => reader.text(input) !== "";
   const given = KINDS.map(inputs => ({
    inputs: inputs,
    names: inputs.filter(isGiven).join(" and ")
   })).filter(({names: names}) => names !== "");
   const [only, ...others] = given;
   if (only === void 0) return ofEnvironment(reader, projectId, service);
   if (others.length > 0) {
    const all = given.map(({names: names}) => names).join(", or ");
    problems.push([ `credentials of ${given.length} kinds are given: keep only ${all}` ]);
    return;
   }
   for (const input of only.inputs.slice(0, 2).filter(half => !isGiven(half))) problems.push([ `${input} is missing: give it together with ${only.names} (a secret that is not set is empty)` ]);
   return token ?? keys ?? keyless;
  }
  function readToken(reader) {
   const token = reader.read("token", named("an IAM user token", VISIBLE_ASCII));
   if (token === void 0) return;
   if (reader.text("project_id") !== "") reader.warnings.push(util_message.iU`project_id has no effect beside token: a token is already for one project`);
   return {
    kind: "token",
    token: token
   };
  }
  function readKeys({read: read}, projectId) {
   const accessKey = read("access_key", named("an access key ID (AK)", ACCESS_KEY));
   const secretKey = read("secret_key", named("a secret access key (SK)", VISIBLE_ASCII));
   const securityToken = read("security_token", named("a security token", VISIBLE_ASCII));
   if (accessKey === void 0 || secretKey === void 0) return;
   return {
    kind: "access_keys",
    keys: {
     accessKey: accessKey,
     secretKey: secretKey,
     securityToken: securityToken,
     projectId: projectId
    },
    source: "the inputs access_key and secret_key",
    isFromEnvironment: false
   };
  }
  function readKeyless({read: read, text: text, problems: problems}, projectId, {stsEndpoint: stsEndpoint}, neededMs) {
   const providerUrn = read("oidc_provider_urn", PROVIDER_URN);
   const agencyUrn = read("oidc_agency_urn", AGENCY_URN);
   const audience = read("oidc_audience", AUDIENCE);
   const givenToken = read("oidc_token", ID_TOKEN);
   if (text("oidc_token") !== "" && audience !== void 0) problems.push([ "oidc_audience must be left out where oidc_token is given: the token has its audience already" ]);
   if (providerUrn === void 0 || agencyUrn === void 0) return;
   return {
    kind: "keyless",
    providerUrn: providerUrn,
    agencyUrn: agencyUrn,
    audience: audience,
    stsEndpoint: stsEndpoint(),
    sessionName: sessionNameOf(environmentValue("GITHUB_REPOSITORY"), environmentValue("GITHUB_RUN_ID")),
    projectId: projectId,
    idTokenUrl: environmentValue("ACTIONS_ID_TOKEN_REQUEST_URL"),
    idTokenBearer: environmentValue(ID_TOKEN_BEARER_VARIABLE),
    givenToken: givenToken,
    neededMs: neededMs
   };
  }
  function ofEnvironment({problems: problems}, inputProjectId, {addressRegion: addressRegion}) {
   const isSet = variable => environmentValue(variable) !== "";
   const variables = TOOLS.find(({accessKey: accessKey, secretKey: secretKey}) => isSet(accessKey) || isSet(secretKey));
   if (variables === void 0) {
    if (isSet("TF_BUILD")) problems.unshift([ NOTHING_GIVEN + IN_AZURE_PIPELINES + WHAT_TO_GIVE ]); else problems.push([ NOTHING_GIVEN + WHAT_TO_GIVE ]);
    return;
   }
   const check = (variable, kind, other) => {
    const text = environmentValue(variable);
    if (text !== "") return parseSecret(`the variable ${variable}`, text, kind, problems);
    if (other !== void 0) problems.push(util_message.iU`the variable ${variable} is missing: set it together with ${other}, or set neither`);
    return;
   };
   const accessKey = check(variables.accessKey, ACCESS_KEY, variables.secretKey);
   const secretKey = check(variables.secretKey, VISIBLE_ASCII, variables.accessKey);
   const securityToken = check(variables.securityToken, VISIBLE_ASCII);
   const isElsewhere = addressRegion !== void 0 && REGION_VARIABLES.some(name => isSet(name) && environmentValue(name) !== addressRegion);
   const projectId = inputProjectId ?? (isElsewhere ? void 0 : check(variables.projectId, PROJECT_ID));
   if (accessKey === void 0 || secretKey === void 0) return;
   return {
    kind: "access_keys",
    keys: {
     accessKey: accessKey,
     secretKey: secretKey,
     securityToken: securityToken,
     projectId: projectId
    },
    source: `the variables ${variables.accessKey} and ${variables.secretKey} (${variables.tool})`,
    isFromEnvironment: true
   };
  }
  const NOTHING_GIVEN = "no credentials are given: ";
  const IN_AZURE_PIPELINES = "in Azure Pipelines set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, because it removes every INPUT_* variable before the " + "tools of a script run, and set the inputs inside the script; elsewhere ";
  const WHAT_TO_GIVE = "the job must name the environment that holds the secrets (environment: NAME); secrets are empty in runs from forks and " + "Dependabot; give token, or access_key and secret_key, or oidc_provider_urn and oidc_agency_urn, or set the variables " + TOOLS.map(({accessKey: accessKey, secretKey: secretKey}) => `${accessKey} and ${secretKey}`).join(", or ");
  function sessionNameOf(repository, runId) {
   const name = `codearts-build-gate-${repository}-${runId}`.replace(/[^0-9A-Za-z_-]+/g, "-");
   return name.slice(-128).replace(/^-+|-+$/g, "");
  }
  function readWaitTimes({read: read}) {
   const wait = read("wait", parsers_BOOLEAN);
   const minutes = read("timeout_minutes", TIMEOUT_MINUTES);
   const seconds = read("poll_interval_seconds", POLL_INTERVAL_SECONDS);
   if (wait !== true || minutes === void 0 || seconds === void 0) return;
   return {
    timeoutMs: minutes * 6e4,
    longestPauseMs: seconds * 1e3
   };
  }
  function readDisplay({read: read}) {
   return {
    summary: read("summary", parsers_BOOLEAN) ?? true,
    logLines: read("log_lines", LOG_LINES) ?? 0,
    artifacts: read("artifacts", parsers_BOOLEAN) ?? false
   };
  }
  const API_VERSIONS = [ "v3", "v1", "v4" ];
  // EXTERNAL MODULE: ./src/process-guard.ts
  var process_guard = __nccwpck_require__(22);
  // CONCATENATED MODULE: ./src/codearts/record.ts
  const RECORD_FIELDS = {
   id: "identity",
   build_project_id: "any",
   build_record_id: "identity",
   parent_record_id: "any",
   devcloud_project_id: "any",
   codeci_job_id: "identity",
   user_id: "any",
   build_no: "identity",
   daily_build_num: "any",
   execution_id: "any",
   repo_name: "any",
   repo_id: "any",
   branch: "text",
   tag: "text",
   commit: "text",
   commit_message: "any",
   commit_create_time: "any",
   trigger_type: "any",
   build_type: "any",
   status: "text",
   domain_id: "any",
   create_time: "any",
   schedule_time: "any",
   queued_time: "any",
   start_time: "any",
   runnable_time: "any",
   finish_time: "any",
   duration: "any",
   record_status: "any",
   use_private_slave: "any",
   region: "any",
   err_msg: "any",
   build_config_type: "any"
  };
  function parseRecord(result) {
   if (!isJsonObject(result)) return {
    ok: false,
    why: `its result is ${typeName(result)}, not a record`
   };
   if (Object.keys(result).length === 0) return {
    ok: false,
    why: "its record is empty"
   };
   const mismatch = casingMismatch(result, Object.keys(RECORD_FIELDS));
   if (mismatch !== void 0) return {
    ok: false,
    why: mismatch
   };
   const fields = {};
   for (const [name, kind] of Object.entries(RECORD_FIELDS)) {
    const value = eitherCase(result, name) ?? "";
    if (!isOfKind(value, kind)) return {
     ok: false,
     why: `its field ${name} is ${typeName(value)}`
    };
    fields[name] = textOf(value);
   }
   return {
    ok: true,
    record: {
     fields: fields,
     whole: result
    }
   };
  }
  function isOfKind(value, kind) {
   if (kind === "any" || typeof value === "string") return true;
   return kind === "identity" && isNumber(value) && /^-?[0-9]+$/.test(textOf(value));
  }
  function typeName(value) {
   if (value === null || value === void 0) return value === null ? "null" : "missing";
   if (Array.isArray(value)) return "an array";
   if (typeof value === "string") return "a text";
   return isNumber(value) ? "a number" : typeof value === "boolean" ? "a boolean" : "an object";
  }
  const FINAL_STATUSES = [ [ /^success$/i, "success" ], [ /^(?:schedule_)?failure$/i, "failed" ], [ /^aborted$/i, "aborted" ], [ /^timeout$/i, "timed_out" ] ];
  function outcomeOf(status) {
   return FINAL_STATUSES.find(([pattern]) => pattern.test(status))?.[1];
  }
  function hasFinishTime({fields: fields}) {
   return ![ "", "0", "false", "[]", "{}" ].includes(fields.finish_time);
  }
  function timeOf(text) {
   const isTime = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:?[0-9]{2})$/.test(text);
   const ms = isTime ? Date.parse(text) : Number.NaN;
   return ms >= 0 ? ms : void 0;
  }
  // CONCATENATED MODULE: ./src/codearts/build-list.ts
  const SECOND_MS = 1e3;
  const HOUR_MS = 60 * 60 * SECOND_MS;
  const DAY_MS = 24 * HOUR_MS;
  const ZONES_MS = DAY_MS;
  const RECENT_MS = 3 * DAY_MS;
  const WHOLE_MS = 31 * DAY_MS - 2 * HOUR_MS;
  const CHINA_MS = 8 * HOUR_MS;
  const PAGE_SIZE = 100;
  const MAX_ROWS = 1e4;
  const MAX_PAGES = MAX_ROWS / PAGE_SIZE;
  const MAX_PAGE_BYTES = 1024 * 1024;
  const MAX_READS = 3;
  const MAX_COMMIT_CHARACTERS = 100;
  const FIRST_ZONE = {
   aheadMs: 0,
   endsNow: false
  };
  async function readBuildList(source, window, options) {
   for (let reads = 1; ;reads++) {
    const read = await readOnce(source, window, {
     ...options,
     maxBodyBytes: MAX_PAGE_BYTES
    });
    if (!("gap" in read)) return read;
    if (reads < MAX_READS) continue;
    const why = `its list of builds was read ${MAX_READS} times and is not complete: ${read.gap}`;
    return unusable(read.answer, why, true);
   }
  }
  async function readOnce(source, window, options) {
   const {bounds: bounds, ...first} = await readFirstPage(source, window, options);
   let {response: response} = first;
   let announced;
   const builds = new Map;
   let isShort = false;
   for (let page = 0; ;page++) {
    if (page > 0) response = await source.get(pathOf(source.jobId, page, bounds), options);
    if (!response.ok) return response;
    const {answer: answer} = response;
    const parsed = parsePage(response.result);
    if (typeof parsed === "string") return unusable(answer, parsed);
    const announces = describe(parsed);
    announced ??= announces;
    if (announces !== announced) return {
     gap: `page 0 announces ${announced} and page ${page} ${announces}`,
     answer: answer
    };
    for (const row of parsed.rows) builds.set(row.buildNo, merged(row, builds.get(row.buildNo)));
    const isLast = isLastPage(page, parsed);
    isShort ||= !isLast && parsed.rows.length < PAGE_SIZE;
    if (!isLast && parsed.rows.length > 0) {
     if (page + 1 < MAX_PAGES) continue;
     return unusable(answer, `its list of builds has more than ${MAX_PAGES} pages, the most that are read`);
    }
    const haveMoved = parsed.buildCount === void 0 && isShort;
    if (isLast && !haveMoved && isWhole(parsed, builds.size)) return {
     ok: true,
     value: [ ...builds.values() ]
    };
    const came = builds.size === 1 ? "1 build" : `${builds.size} different builds`;
    return {
     gap: `it announces ${announced}, and ${came} came`,
     answer: answer
    };
   }
  }
  async function readFirstPage(source, window, options) {
   const {nowMs: nowMs, shared: shared} = source;
   let first = await readPageZero(source, window, options);
   if (isRefused(first.response) && !first.zone.endsNow) {
    first = await readPageZero(source, window, options, {
     ...first.zone,
     endsNow: true
    });
    if (first.response.ok) shared.zone = first.zone;
   }
   if (!first.response.ok) return first;
   const {dateMs: dateMs = nowMs()} = first.response;
   const aheadMs = dateMs - nowMs();
   const driftMs = aheadMs - first.zone.aheadMs;
   if (first.zone.endsNow ? driftMs <= 2 * SECOND_MS : Math.abs(driftMs) <= HOUR_MS) return first;
   shared.zone = {
    ...first.zone,
    aheadMs: aheadMs
   };
   return readPageZero(source, window, options);
  }
  async function readPageZero(source, window, options, tried) {
   const {get: get, jobId: jobId, nowMs: now, shared: shared} = source;
   const before = shared.zone;
   const zone = tried ?? before;
   const nowMs = now() + zone.aheadMs;
   const endMs = nowMs + (zone.endsNow ? CHINA_MS : ZONES_MS);
   const startMs = window === "recent" ? nowMs - RECENT_MS - ZONES_MS : endMs - WHOLE_MS;
   const bounds = {
    start_time: wallClock(startMs),
    end_time: wallClock(endMs)
   };
   const isNeedless = () => shared.zone !== before;
   const ahead = tried === void 0 ? {} : {
    priority: "ahead"
   };
   const response = await get(pathOf(jobId, 0, bounds), {
    ...options,
    ...ahead,
    isNeedless: isNeedless
   });
   const isSent = response.ok || response.error.kind !== "needless";
   return isSent ? {
    response: response,
    bounds: bounds,
    zone: zone
   } : readPageZero(source, window, options);
  }
  function isRefused(response) {
   return !response.ok && response.error.reason === "service_error" && !response.error.retryable;
  }
  function unusable(answer, why, retryable = false) {
   const problem = util_message.iU`The list of builds cannot be used`;
   const remedy = util_message.iU`Run the step again later, or give build_no: then it needs no list`;
   return {
    ok: false,
    error: {
     ...invalid(answer, [ why ]).error,
     problem: problem,
     remedy: remedy,
     retryable: retryable
    }
   };
  }
  function pathOf(jobId, page, bounds) {
   const query = Object.entries({
    ...bounds,
    page_index: page,
    page_size: PAGE_SIZE
   });
   return `/v1/record/${jobId}/list?${query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`;
  }
  function wallClock(ms) {
   return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
  }
  function isLastPage(page, {rows: rows, pageCount: pageCount, buildCount: buildCount}) {
   if (pageCount !== void 0) return page + 1 >= pageCount;
   return buildCount === void 0 ? rows.length < PAGE_SIZE : (page + 1) * PAGE_SIZE >= buildCount;
  }
  function isWhole({pageCount: pageCount, buildCount: buildCount}, count) {
   if (buildCount !== void 0 && buildCount !== count) return false;
   if (pageCount === void 0) return true;
   const filledPages = Math.ceil(count / PAGE_SIZE);
   const mayBeEmpty = buildCount !== void 0 || count === 0;
   return mayBeEmpty ? pageCount >= filledPages : pageCount === filledPages;
  }
  function describe({pageCount: pageCount, buildCount: buildCount}) {
   const builds = buildCount === void 0 ? [] : [ `${buildCount} ${buildCount === 1 ? "build" : "builds"}` ];
   const pages = pageCount === void 0 ? [] : [ `${pageCount} ${pageCount === 1 ? "page" : "pages"}` ];
   return [ ...builds, ...pages ].join(" on ") || "no total";
  }
  function merged(row, earlier = row) {
   const commit = earlier.commit === row.commit ? row.commit : "";
   return {
    buildNo: row.buildNo,
    commit: commit,
    isFinished: earlier.isFinished && row.isFinished
   };
  }
  function parsePage(result) {
   const noList = "its result is not a list of builds";
   if (!isJsonObject(result)) return noList;
   const mismatch = casingMismatch(result, [ "job_build_states", "total_page", "total_record" ]);
   if (mismatch !== void 0) return mismatch;
   const items = eitherCase(result, "job_build_states") ?? void 0;
   const pageCount = totalOf(result, "total_page");
   const buildCount = totalOf(result, "total_record");
   if (Number.isNaN(pageCount) || Number.isNaN(buildCount)) return "a total of its list is not a number";
   if (items === void 0 && pageCount === void 0 && buildCount === void 0) return noList;
   if (items !== void 0 && !Array.isArray(items)) return "its job_build_states is not a list";
   if ((buildCount ?? 0) > MAX_ROWS || (pageCount ?? 0) > MAX_PAGES) return `its list announces ${describe({
    pageCount: pageCount,
    buildCount: buildCount
   })}, and at most ${MAX_ROWS} builds on ${MAX_PAGES} pages are read`;
   if (items !== void 0 && items.length > PAGE_SIZE) return `a page of its list has ${items.length} rows, and at most ${PAGE_SIZE} were asked for`;
   const rows = allOrWhy((items ?? []).map(parseRow));
   return typeof rows === "string" ? rows : {
    rows: rows,
    pageCount: pageCount,
    buildCount: buildCount
   };
  }
  function totalOf(result, name) {
   const value = eitherCase(result, name);
   if (value === void 0 || value === null || value === "") return;
   const text = scalarText(value);
   return /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
  }
  function parseRow(row) {
   if (!isJsonObject(row)) return "its list has a row that is no object";
   const mismatch = casingMismatch(row, [ "commit_id", "commit_info", "job_running_status" ]);
   if (mismatch !== void 0) return mismatch;
   const buildNo = buildNoOf(eitherCase(row, "number"));
   if (buildNo === void 0) return "its list has a build without a number";
   const [running, state] = [ eitherCase(row, "job_running_status"), eitherCase(row, "state") ];
   const isFinished = typeof running === "string" && running.toLowerCase() === "finished" || typeof state === "string" && outcomeOf(state) !== void 0;
   return {
    buildNo: buildNo,
    commit: commitOf(row),
    isFinished: isFinished
   };
  }
  function commitOf(row) {
   const info = eitherCase(row, "commit_info");
   const shown = new Set(valuesIn(isJsonObject(info) ? [ row, info ] : [ row ], "commit_id"));
   const [commit] = shown;
   const isOne = shown.size === 1 && typeof commit === "string" && commit.length <= MAX_COMMIT_CHARACTERS;
   return isOne ? commit : "";
  }
  async function readLastBuildNo(get, jobId, options) {
   const response = await get(`/v1/job/${jobId}/running-status`, options);
   if (!response.ok) return response;
   const {result: result, answer: answer} = response;
   if (!isJsonObject(result)) return invalid(answer, util_message.iU`its result is not the running status of a build task`);
   const mismatch = casingMismatch(result, [ "last_build_no" ]);
   if (mismatch !== void 0) return invalid(answer, [ mismatch ]);
   const last = eitherCase(result, "last_build_no") ?? "";
   const value = buildNoOf(last);
   if (value === void 0 && last !== "" && last !== "0" && last !== 0) return invalid(answer, util_message.iU`its last_build_no is not the number of a build`);
   return {
    ok: true,
    value: value
   };
  }
  // CONCATENATED MODULE: ./src/codearts/client.ts
  function recordPath(apiVersion, {jobId: jobId, buildNo: buildNo}) {
   return `/${apiVersion}/${apiVersion === "v1" ? "record" : "jobs"}/${jobId}/${buildNo}/record-info`;
  }
  function createCodeArtsBuild(options) {
   const {account: account, nowMs: nowMs} = options;
   const shared = {
    zone: FIRST_ZONE
   };
   const getFor = jobId => async (path, requestOptions) => {
    const response = await getWithTries(options, path, requestOptions);
    if (response.ok || isAnswer(response.error)) account.enterAnswer(jobId);
    return response;
   };
   const failure = (jobId, error) => {
    const isFault = account.isGiven(jobId) && GONE.includes(error.kind);
    return {
     ok: false,
     error: isFault ? {
      ...error,
      kind: "fault",
      retryable: true
     } : error
    };
   };
   const getListOf = jobId => async (path, requestOptions) => {
    const outlastsThrottling = requestOptions.outlastsThrottling === true && account.isGiven(jobId);
    const response = await getFor(jobId)(path, {
     ...requestOptions,
     outlastsThrottling: outlastsThrottling
    });
    if (!response.ok) return failure(jobId, response.error);
    account.enterGiven(jobId);
    return response;
   };
   const readRecord = async (build, requestOptions) => {
    const {jobId: jobId} = build;
    const errors = new Map;
    const versions = account.versionsFor(jobId);
    const before = versions.filter(version => account.isMissing(version));
    for (const apiVersion of versions) {
     const isNeedless = () => account.isMissing(apiVersion) && !before.includes(apiVersion);
     const path = recordPath(apiVersion, build);
     const response = await getFor(jobId)(path, {
      ...requestOptions,
      isNeedless: isNeedless
     });
     const read = response.ok ? recordOf(response, apiVersion, nowMs) : response;
     if (read.ok) {
      for (const [other, {kind: kind}] of errors) if (kind === "api_unknown") account.enterMissing(other);
      account.enterGiven(jobId, apiVersion);
      return read;
     }
     if (isNeedless()) continue;
     errors.set(apiVersion, read.error);
     if (read.error.kind === "api_missing") account.enterMissing(apiVersion);
     if (read.error.reason !== "not_found" && read.error.kind !== "record_missing") break;
    }
    const last = [ ...errors.values() ].at(-1);
    return last === void 0 ? readRecord(build, requestOptions) : failure(jobId, combined(errors, last));
   };
   return {
    readRecord: readRecord,
    readLastBuildNo: (jobId, requestOptions) => readLastBuildNo(getFor(jobId), jobId, requestOptions),
    readBuilds: (jobId, ...rest) => readBuildList({
     get: getListOf(jobId),
     jobId: jobId,
     nowMs: nowMs,
     shared: shared
    }, ...rest),
    get: (path, requestOptions) => getWithTries(options, path, requestOptions),
    download: (path, sink, signal) => options.queue.sender({
     signal: signal
    })({
     ...getOf(options.endpoint, path, "*/*"),
     isOptional: true
    }, request => options.http.pipeTo(request, sink, signal))
   };
  }
  function isAnswer({kind: kind, reason: reason}) {
   return kind === "build_missing" || reason === "throttled";
  }
  const GONE = [ "api_missing", "api_unknown", "address_unknown" ];
  function recordOf({result: result, answer: answer, dateMs: dateMs}, apiVersion, nowMs) {
   if (isNothing(result)) {
    const {error: error} = invalid(answer, util_message.iU`its result is empty`);
    const words = {
     problem: [ NO_RECORD_YET.problem ],
     remedy: [ NO_RECORD_YET.remedy ]
    };
    return {
     ok: false,
     error: {
      ...error,
      ...words,
      kind: "record_missing"
     }
    };
   }
   const parsed = parseRecord(result);
   if (!parsed.ok) return invalid(answer, [ parsed.why ]);
   return {
    ok: true,
    record: parsed.record,
    answer: answer,
    apiVersion: apiVersion,
    dateMs: dateMs ?? nowMs()
   };
  }
  function isNothing(result) {
   return (result ?? "") === "" || isJsonObject(result) && Object.keys(result).length === 0;
  }
  async function getWithTries({endpoint: endpoint, http: http, queue: queue, retry: retry, ...client}, path, options) {
   const {signal: signal, isOptional: isOptional = false, maxBodyBytes: maxBodyBytes, onRetry: onRetry = client.onRetry} = options;
   const request = {
    ...getOf(endpoint, path, "application/json"),
    isOptional: isOptional,
    maxBodyBytes: maxBodyBytes
   };
   const send = queue.sender(options);
   const {result: result, ...tried} = await withTries(() => send(request, authorized => http.send(authorized, signal)), response => response.ok ? void 0 : response.error, {
    ...options,
    ...retry,
    onRetry: onRetry
   });
   return result.ok ? result : {
    ok: false,
    error: afterTries(result.error, tried)
   };
  }
  function getOf(endpoint, path, accept) {
   return {
    method: "GET",
    url: urlOf(endpoint, path),
    headers: {
     Accept: accept
    }
   };
  }
  const MISSING = [ "record_missing", "build_missing", "address_unknown", "api_unknown", "api_missing" ];
  function combined(errors, last) {
   if (errors.size === 1) return last;
   const all = [ ...errors.values() ];
   const kind = MISSING.includes(last.kind) ? MISSING.find(one => all.some(({kind: kind}) => kind === one)) : last.kind;
   const deciding = all.find(error => error.kind === kind) ?? last;
   return {
    ...deciding,
    message: (0, util_message.oR)(describeVersions(errors), "; "),
    requestId: void 0
   };
  }
  function describeVersions(errors) {
   return groupBy([ ...errors ], ([, {message: said}]) => (0, util_message.iL)(said)).map(group => {
    const versions = group.map(([apiVersion]) => apiVersion).join(", ");
    const ids = group.map(([, {requestId: requestId = ""}]) => requestId).filter(id => id !== "");
    const quoted = ids.map(id => [ (0, util_message.hD)(id, 80) ]);
    const end = ids.length === 0 ? [] : util_message.iU`, request ${ids.length === 1 ? "ID" : "IDs"} ${(0, 
    util_message.oR)(quoted, ", ")}`;
    return util_message.iU`API ${versions}: ${group[0]?.[1].message ?? []}${end}`;
   });
  }
  // CONCATENATED MODULE: ./src/codearts/log-tail.ts
  const MAX_LOG_BYTES = 512 * 1024 * 1024;
  const TAIL_BYTES = 256 * 1024;
  async function readLogTail(download, recordId, maxLines, signal) {
   const last = new LastBytes(TAIL_BYTES);
   const sink = {
    accepts: ({status: status, headers: headers}) => status === 200 && !isJson(headers),
    write: piece => {
     last.add(piece);
     return last.total <= MAX_LOG_BYTES;
    }
   };
   const response = await download(`/v1/log/${recordId}/download-log`, sink, signal);
   if ("streamed" in response) {
    if (response.streamed === "part") return endNotReached(util_message.iU` within ${size(MAX_LOG_BYTES)}`);
    const lines = lastLines(last.bytes(), last.isCut, maxLines);
    return {
     ok: true,
     value: {
      lines: lines,
      totalBytes: last.total
     }
    };
   }
   if (response.ok) return invalid(response.answer, util_message.iU`it is JSON, not a log`);
   if (last.total === 0 || response.error.kind === "given_up") return response;
   return endNotReached(util_message.iU`: after ${size(last.total)} ${describeError(response.error)}`);
  }
  function endNotReached(where) {
   return {
    ok: false,
    error: {
     ...INVALID,
     message: util_message.iU`its end was not reached${where}`
    }
   };
  }
  function isJson(headers) {
   return /^\s*application\/([a-z.]+\+)?json\b/i.test(headers["content-type"] ?? "");
  }
  function size(bytes) {
   return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KiB` : `${Math.round(bytes / 1024 / 1024)} MiB`;
  }
  class LastBytes {
   #capacity;
   #kept;
   #end=0;
   total=0;
   constructor(capacity) {
    this.#capacity = capacity;
    this.#kept = Buffer.allocUnsafe(2 * capacity);
   }
   get isCut() {
    return this.total > this.#capacity;
   }
   add(piece) {
    this.total += piece.length;
    const last = piece.slice(-this.#capacity);
    if (this.#end + last.length > this.#kept.length) {
     this.#kept.copyWithin(0, this.#end - this.#capacity, this.#end);
     this.#end = this.#capacity;
    }
    this.#end += this.#kept.write(last, this.#end, "latin1");
   }
   bytes() {
    return this.#kept.subarray(Math.max(0, this.#end - this.#capacity), this.#end);
   }
  }
  const LF = 10;
  const CR = 13;
  const MAX_LINE_BYTES = 16 * 1024;
  const COLOURS = /\u001b\[[0-9;:]*m/g;
  function lastLines(bytes, isCut, maxLines) {
   const lines = [];
   let end = bytes.length;
   while (lines.length < maxLines && end >= 0) {
    const lineFeed = end === 0 ? -1 : bytes.lastIndexOf(LF, end - 1);
    const text = textOfLine(bytes.subarray(lineFeed + 1, end), isCut && lineFeed < 0);
    if (lines.length > 0 || text.replace(COLOURS, "").trim() !== "") lines.push(text);
    end = lineFeed;
   }
   return lines.reverse();
  }
  function textOfLine(line, isCut) {
   let end = line.length;
   while (line[end - 1] === CR) end--;
   const start = end === 0 ? 0 : line.lastIndexOf(CR, end - 1) + 1;
   const shown = line.subarray(Math.max(start, end - MAX_LINE_BYTES), end);
   const isStartCut = isCut && start === 0 || end - start > MAX_LINE_BYTES;
   return isStartCut ? decodeCut(shown) : decode(shown);
  }
  function decodeCut(bytes) {
   let start = 0;
   while (start < 3 && ((bytes[start] ?? 0) & 192) === 128) start++;
   const rest = bytes.subarray(start);
   const utf8 = decodeAs("utf-8", rest);
   if (utf8 !== void 0) return utf8;
   const texts = [ 0, 1, 2, 3 ].map(from => decodeAs("gb18030", bytes.subarray(from)));
   return texts.find(text => text !== void 0) ?? decode(rest);
  }
  const CHARACTER = /[\x00-\x7f]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|([\x80-\xff])/g;
  function decode(bytes) {
   return decodeAs("utf-8", bytes) ?? decodeAs("gb18030", bytes) ?? decodeWithEscapes(bytes);
  }
  function decodeAs(encoding, bytes) {
   try {
    return new TextDecoder(encoding, {
     fatal: true,
     ignoreBOM: true
    }).decode(bytes);
   } catch {
    return;
   }
  }
  function decodeWithEscapes(bytes) {
   return bytes.toString("latin1").replace(CHARACTER, (character, other) => {
    if (other === void 0) return Buffer.from(character, "latin1").toString("utf8");
    return `\\x${other.charCodeAt(0).toString(16)}`;
   });
  }
  // CONCATENATED MODULE: ./src/codearts/stages.ts
  const MAX_CHARACTERS = 500;
  async function readStages(get, recordId, options) {
   const response = await get(`/v1/record/${recordId}/full-stages?cascade=true`, options);
   if (!response.ok) return response;
   const value = parseStages(response.result);
   return value === void 0 ? invalid(response.answer, util_message.iU`its result has no build_stages`) : {
    ok: true,
    value: value
   };
  }
  function isRecordId(text) {
   return /^[0-9a-z-]{36}$/.test(text);
  }
  function parseStages(result) {
   const stages = isJsonObject(result) ? eitherCase(result, "build_stages") : void 0;
   if (!isJsonObject(stages)) return;
   return Object.entries(stages).flatMap(([key, stage]) => isJsonObject(stage) ? [ {
    key: key,
    stage: stage
   } ] : []).sort((one, other) => sequenceOf(one.stage) - sequenceOf(other.stage)).map(({key: key, stage: stage}) => ({
    name: (0, util_message.O1)(scalarIn(stage, "display_name") || key, MAX_CHARACTERS),
    status: (0, util_message.O1)(scalarIn(stage, "status"), MAX_CHARACTERS),
    duration: /^[0-9]{1,15}$/.exec(scalarIn(stage, "duration"))?.[0] ?? ""
   }));
  }
  function sequenceOf({sequence: sequence}) {
   return typeof sequence === "number" ? sequence : Number.MAX_SAFE_INTEGER;
  }
  function scalarIn(stage, name) {
   return scalarText(eitherCase(stage, name));
  }
  // CONCATENATED MODULE: ./src/codearts/test-results.ts
  const MAX_STAGES = 50;
  async function readTestResults(get, {jobId: jobId, buildNo: buildNo}, options) {
   const response = await get(`/v1/report/${jobId}/summary?build_no=${buildNo}`, options);
   return response.ok ? {
    ok: true,
    value: parseTestResults(response.result)
   } : response;
  }
  function parseTestResults(result) {
   if (!isJsonObject(result)) return;
   const whole = countsOf(eitherCase(result, "summary"));
   if (whole === void 0) return;
   const parts = eitherCase(result, "sub_summarys");
   const stages = (Array.isArray(parts) ? parts.slice(0, MAX_STAGES) : []).flatMap(part => {
    const counts = countsOf(part);
    return counts === void 0 ? [] : [ {
     ...counts,
     name: nameOf(part)
    } ];
   });
   return {
    ...whole,
    stages: stages
   };
  }
  function nameOf(part) {
   return isJsonObject(part) ? scalarText(eitherCase(part, "stage_name")) : "";
  }
  function countsOf(summary) {
   if (!isJsonObject(summary)) return;
   const [total, failures] = [ countIn(summary, "total"), countIn(summary, "failures") ];
   if (total === void 0 || total === 0 || failures === void 0) return;
   const isNone = name => (eitherCase(summary, name) ?? 0) === 0;
   const isWhole = (eitherCase(summary, "success") ?? total) === total;
   const allPassed = failures === 0 && isNone("errors") && isNone("others") && isWhole;
   return {
    total: total,
    failures: failures,
    errors: countIn(summary, "errors") ?? 0,
    allPassed: allPassed
   };
  }
  function countIn(summary, name) {
   const value = eitherCase(summary, name);
   return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : void 0;
  }
  // CONCATENATED MODULE: ./src/codearts/diagnosis.ts
  const MAX_DIAGNOSIS_MS = 2e4;
  const TOO_LATE = `no answer came within ${MAX_DIAGNOSIS_MS / 1e3} s`;
  async function readDiagnosis(build, options) {
   const {service: service, clock: clock, cancel: cancel, logLines: logLines} = options;
   const {signal: signal, end: end} = timeLimit(clock, MAX_DIAGNOSIS_MS, cancel);
   const once = {
    maxTries: 1,
    signal: signal,
    isOptional: true
   };
   const recordId = build.record.fields.build_record_id;
   const isReadable = isRecordId(recordId);
   const isLogWanted = isReadable && logLines > 0;
   const [stages, log, tests] = await Promise.all([ isReadable ? inTime(readStages(service.get, recordId, once), signal, cancel) : void 0, isLogWanted ? inTime(readLogTail(service.download, recordId, logLines, signal), signal, cancel) : void 0, inTime(readTestResults(service.get, build, once), signal, cancel) ]);
   end();
   if (tests.value === void 0) {
    const why = tests.why ?? "the answer has none that can be read";
    options.log.debug(util_message.iU`There are no test results of build ${build.buildNo}: ${why}`);
   }
   return {
    stages: stages?.value,
    log: log?.value,
    tests: tests.value,
    notices: [ ...isReadable ? [] : [ NO_RECORD_ID ], ...stages?.why ? [ util_message.iU`The stages of the build could not be read: ${stages.why}` ] : [], ...log?.why ? [ util_message.iU`The log of the build could not be read: ${log.why}` ] : [] ]
   };
  }
  const NO_RECORD_ID = [ "The stages and the log cannot be read, because the record has no build_record_id that can be used" ];
  async function inTime(result, signal, cancel) {
   try {
    const read = await unlessAborted(result, signal);
    if (read?.ok === true) return read;
    if (read === void 0 || read.error.kind === "given_up") return {
     why: [ cancel.aborted ? "the step was cancelled" : TOO_LATE ]
    };
    return {
     why: describeError(read.error)
    };
   } catch (error) {
    return {
     why: [ (0, util_message.hD)((0, errors.bD)(error)) ]
    };
   }
  }
  // CONCATENATED MODULE: ./src/gate/evidence.ts
  const IDENTITY_FIELDS = [ "codeci_job_id", "build_no", "build_record_id", "id" ];
  const UNIQUE_FIELDS = [ "build_record_id", "id" ];
  const MAX_KEPT_CHARACTERS = 100;
  function keyOf(value) {
   return value.length <= MAX_KEPT_CHARACTERS ? value : (0, external_node_crypto_namespaceObject.createHash)("sha256").update(value).digest("hex");
  }
  class evidence_Evidence {
   #lines;
   #apiVersions;
   #onRecord;
   #missingApis=new Set;
   #hasAnswered=false;
   constructor(jobIds, apiVersions, onRecord) {
    this.#lines = jobIds.map(jobId => ({
     jobId: jobId,
     hasAnswer: false,
     isGiven: false,
     identities: new Map
    }));
    this.#apiVersions = apiVersions;
    this.#onRecord = onRecord;
   }
   get hasAnswered() {
    return this.#hasAnswered;
   }
   get isComplete() {
    return this.#lines.length > 0 && this.#lines.every(({record: record, dispute: dispute}) => record !== void 0 && dispute === void 0);
   }
   versionsFor(jobId) {
    const {apiVersion: apiVersion} = this.#lineOf(jobId);
    if (apiVersion !== void 0) return [ apiVersion ];
    const left = this.#apiVersions.filter(version => !this.#missingApis.has(version));
    return left.length === 0 ? this.#apiVersions : left;
   }
   isMissing(apiVersion) {
    return this.#missingApis.has(apiVersion);
   }
   enterMissing(apiVersion) {
    if (!this.#lines.some(line => line.apiVersion === apiVersion)) this.#missingApis.add(apiVersion);
   }
   enterAnswer(jobId) {
    this.#hasAnswered = true;
    this.#lineOf(jobId).hasAnswer = true;
   }
   enterGiven(jobId, apiVersion) {
    const line = this.#lineOf(jobId);
    line.isGiven = true;
    if (apiVersion !== void 0) line.apiVersion = apiVersion;
   }
   isGiven(jobId) {
    return this.#lineOf(jobId).isGiven;
   }
   hasAnswerFor(jobId) {
    return this.#lineOf(jobId).hasAnswer;
   }
   recordOf(jobId) {
    return this.#lineOf(jobId).record;
   }
   disputeOf(jobId) {
    return this.#lineOf(jobId).dispute;
   }
   objectionTo(build, record, isFound) {
    const line = this.#lineOf(build.jobId);
    const mismatch = isFound ? identityMismatch(build, record) : void 0;
    const change = this.#changeOf(line, build.buildNo, record);
    const dispute = this.#dispute(line, build.buildNo, record);
    return mismatch ?? change ?? dispute ?? line.dispute;
   }
   enterRecord(jobId, record) {
    const line = this.#lineOf(jobId);
    line.record = record;
    this.#onRecord(record, this.#lines.indexOf(line));
   }
   #lineOf(jobId) {
    const line = this.#lines.find(one => one.jobId === jobId);
    if (line === void 0) throw new Error("the gate is not on this build task");
    return line;
   }
   #changeOf(line, buildNo, {fields: fields}) {
    const known = line.identities.get(buildNo) ?? new Map;
    const given = IDENTITY_FIELDS.filter(name => fields[name] !== "");
    for (const name of given) {
     const before = known.get(name);
     if (before !== void 0 && before !== keyOf(fields[name])) return util_message.iU`between two polls the ${name} of the record changed from ${(0, 
     util_message.hD)(before, 80)} to ${(0, util_message.hD)(fields[name], 80)}`;
    }
    for (const name of given) known.set(name, keyOf(fields[name]));
    line.identities.set(buildNo, known);
    return;
   }
   #dispute(line, buildNo, {fields: fields}) {
    for (const other of this.#lines) {
     const isOther = other !== line;
     const shared = UNIQUE_FIELDS.find(name => Array.from(other.identities).some(([no, identity]) => (isOther || no !== buildNo) && identity.get(name) === keyOf(fields[name])));
     const why = isOther && fields.codeci_job_id === other.jobId ? util_message.iU`the service gave a record of build task ${other.jobId} as that of build task ${line.jobId}` : shared && util_message.iU`the service gave records with the same ${shared} (${(0, 
     util_message.hD)(fields[shared], 80)}) for two builds`;
     if (why === void 0) continue;
     line.dispute = why;
     other.dispute = why;
     return why;
    }
    return;
   }
  }
  function identityMismatch({jobId: jobId, buildNo: buildNo}, {fields: fields}) {
   const isOtherJob = fields.codeci_job_id !== "" && fields.codeci_job_id !== jobId;
   const isOtherBuild = fields.build_no !== "" && buildNoOf(fields.build_no.replace(/\.0+$/, "")) !== buildNo;
   if (!isOtherJob && !isOtherBuild) return;
   const shown = value => (0, util_message.hD)(value === "" ? "(none)" : value, 80);
   return util_message.iU`the record says that it is build ${shown(fields.build_no)} of build task ${shown(fields.codeci_job_id)}`;
  }
  // CONCATENATED MODULE: ./src/gate/verdict.ts
  const PASSING_STATUS = "SUCCESS";
  function judge(record, expected) {
   const [first] = mismatchesOf(record, expected);
   return first === void 0 ? judgeStatus(record) : {
    success: false,
    reason: `${first}_mismatch`
   };
  }
  function mismatchesOf(record, expected) {
   const {branch: branch, tag: tag} = record.fields;
   const commit = shownCommit(record);
   const isRunning = judgeStatus(record).reason === "running";
   const isOther = (shown, isMatch) => shown === "" ? !isRunning : !isMatch;
   const mismatches = [];
   if (expected.commit !== void 0 && isOther(commit, isCommit(commit, expected.commit))) mismatches.push("commit");
   if (expected.branch !== void 0 && isOther(branch, branchName(branch) === expected.branch)) mismatches.push("branch");
   if (expected.tag !== void 0 && isOther(tag, tagName(tag) === expected.tag)) mismatches.push("tag");
   return mismatches;
  }
  function judgeStatus(record) {
   const {status: status} = record.fields;
   if (status === PASSING_STATUS) return {
    success: true,
    reason: "success"
   };
   const outcome = outcomeOf(status);
   if (outcome !== void 0 && outcome !== "success") return {
    success: false,
    reason: outcome
   };
   return {
    success: false,
    reason: hasFinishTime(record) ? "unknown_status" : "running"
   };
  }
  function shownCommit({fields: fields}) {
   return /^0+$/.test(fields.commit) ? "" : fields.commit;
  }
  function isCommit(full, asked) {
   return full.toLowerCase().startsWith(asked.toLowerCase());
  }
  // CONCATENATED MODULE: ./src/gate/commit-decision.ts
  function decisionOf(record, expected) {
   const {branch: branch, tag: tag} = record.fields;
   const {branch: askedBranch = branchName(branch), tag: askedTag = tagName(tag)} = expected;
   const isOther = branch !== "" && branchName(branch) !== askedBranch || tag !== "" && tagName(tag) !== askedTag;
   if (isOther) return "other";
   const commit = shownCommit(record);
   if (commit === "") return judgeStatus(record).reason === "running" ? "undecided" : "no_commit";
   if (mayBeAsked(commit, expected)) return "match";
   return isHex(commit) ? "other" : "unreadable";
  }
  function rowShows({commit: commit}, expected) {
   if (!isFullHash(commit)) return "nothing";
   return isAsked(commit, expected) ? "asked" : "other";
  }
  function isAsked(commit, expected) {
   return isCommit(commit, askedCommit(expected));
  }
  function mayBeAsked(shown, expected) {
   const commit = shown.trim();
   return isHex(commit) && (isAsked(commit, expected) || isCommit(askedCommit(expected), commit));
  }
  function askedCommit({commit: commit = ""}) {
   return commit;
  }
  function isFullHash(text) {
   return /^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(text) && !/^0+$/.test(text);
  }
  function isHex(text) {
   return /^[0-9a-f]+$/i.test(text);
  }
  // CONCATENATED MODULE: ./src/gate/reasons.ts
  const reasons_error = (heading, remedy = "") => ({
   heading: heading,
   remedy: remedy,
   logRemedy: remedy,
   mayWarnOnly: false,
   hasDiagnosis: false
  });
  const notPassed = (heading, remedy) => ({
   ...reasons_error(heading, remedy),
   mayWarnOnly: true
  });
  const failedBuild = (heading, remedy, logRemedy) => ({
   ...notPassed(heading, remedy),
   logRemedy: logRemedy,
   hasDiagnosis: true
  });
  const OR_COMMIT = "or give commit in place of build_no, and the step finds the build";
  const REASONS = {
   success: reasons_error("the build passes"),
   failed: failedBuild("the build failed", "See its log in the job summary or in CodeArts, fix the cause, and build it again", "Find the cause in the log below, fix it and build again"),
   aborted: failedBuild("the build was aborted", "Find out in CodeArts who or what stopped it, run it again, and then this step", "See in the log below how far the build came, and run it again"),
   timed_out: failedBuild("the build timed out in CodeArts", "See in its log in CodeArts what took so long, run the build again, and then this step", "See in the log below what took so long, and run the build again"),
   unknown_status: failedBuild("the build ended with an unknown status", "See the build in CodeArts, and run it again if it did not succeed", "See the log of the build below, and run it again if it did not succeed"),
   running: notPassed("the build has not finished", "Let the step wait for it (wait: true), or run the step when the build has finished"),
   commit_mismatch: notPassed("the build is of another commit", "Check build_no, or leave it out so that the step finds the build by its commit"),
   branch_mismatch: notPassed("the build is of another branch", `Check build_no and branch, ${OR_COMMIT}`),
   tag_mismatch: notPassed("the build is of another tag", `Check build_no and tag, ${OR_COMMIT}`),
   wait_timeout: notPassed("the wait timed out", ""),
   not_found: reasons_error("there is no such build"),
   unauthorized: reasons_error("the credentials were refused"),
   forbidden: reasons_error("the credentials do not allow access to the build"),
   throttled: reasons_error("the service is throttling requests"),
   unreachable: reasons_error("the service could not be reached"),
   invalid_response: reasons_error("the answer was not valid"),
   service_error: reasons_error("the service reported an error"),
   invalid_input: reasons_error("the inputs are not valid"),
   cancelled: reasons_error("the step was cancelled"),
   internal_error: reasons_error("the gate itself failed")
  };
  function isOpen({end: end, reason: reason}) {
   return end === "limit" || end === "cancelled" || end === "decided" || reason === "running";
  }
  function mayPass({success: success, reason: reason, record: record}, failUnlessSuccess) {
   return success || !failUnlessSuccess && record !== void 0 && REASONS[reason].mayWarnOnly;
  }
  function mayStepPass(result, {failUnlessSuccess: failUnlessSuccess, artifacts: artifacts}, evidence) {
   return evidence.isComplete && result.builds.length > 0 && (!artifacts || !result.success || result.artifacts !== void 0) && mayPass(result, failUnlessSuccess) && result.builds.every(build => mayPass(build.result, failUnlessSuccess));
  }
  // CONCATENATED MODULE: ./src/gate/poll-schedule.ts
  const TUNED = {
   young: .2,
   growth: 1 / 30,
   old: .79,
   farBase: .13,
   farGrowth: 1 / 40,
   nearOfFar: .5,
   nearest: .37,
   window: .12,
   overdueGrowth: .4,
   jitter: .1
  };
  const SHORTEST_PAUSE_MS = 1e3;
  function pauseMs({expectedMs: expectedMs = Number.NaN, longestPauseMs: longestPauseMs, ...given}, random) {
   const ageMs = given.ageMs > 0 ? given.ageMs : 0;
   const plannedMs = isPlausibleDuration(expectedMs) ? byEstimate(ageMs, expectedMs, longestPauseMs) : longestPauseMs * Math.min(TUNED.old, TUNED.young + TUNED.growth * rootOfSeconds(ageMs));
   const jitteredMs = Math.min(longestPauseMs, plannedMs) * (1 - TUNED.jitter * random);
   return Math.round(Math.max(SHORTEST_PAUSE_MS, jitteredMs));
  }
  function byEstimate(ageMs, expectedMs, longestPauseMs) {
   const far = Math.min(1, TUNED.farBase + TUNED.farGrowth * rootOfSeconds(expectedMs));
   const farMs = longestPauseMs * far;
   const nearMs = longestPauseMs * Math.min(TUNED.nearest, TUNED.nearOfFar * far);
   const outsideMs = Math.abs(expectedMs - ageMs) - TUNED.window * expectedMs;
   if (outsideMs <= 0) return nearMs;
   const isOverdue = ageMs > expectedMs;
   return Math.min(farMs, isOverdue ? nearMs + outsideMs * TUNED.overdueGrowth : Math.max(nearMs, outsideMs));
  }
  function rootOfSeconds(ms) {
   return Math.sqrt(ms / 1e3);
  }
  function estimateFrom(record, buildNo) {
   const {status: status, start_time: start, finish_time: finish, duration: duration} = record.fields;
   if (status !== "SUCCESS") return;
   const [startMs, finishMs] = [ timeOf(start), timeOf(finish) ];
   const durationMs = startMs === void 0 || finishMs === void 0 ? Number(duration) : finishMs - startMs;
   return durationMs !== 0 && isPlausibleDuration(durationMs) ? {
    durationMs: durationMs,
    buildNo: buildNo
   } : void 0;
  }
  function ageOf({fields: fields}, nowMs) {
   const sinceMs = timeOf(fields.start_time) ?? timeOf(fields.create_time);
   if (sinceMs === void 0) return;
   const ageMs = Math.max(0, nowMs - sinceMs);
   return isPlausibleDuration(ageMs) ? ageMs : void 0;
  }
  function describeEstimate(ageMs, estimate) {
   const leftMs = estimate.durationMs - ageMs;
   const left = `${formatEstimate(Math.abs(leftMs))} ${leftMs > 0 ? "left" : "overdue"}`;
   return `${left}, estimated from build ${estimate.buildNo}`;
  }
  // CONCATENATED MODULE: ./src/gate/progress.ts
  const HEARTBEAT_MS = 6e4;
  const TROUBLE = [ "this is the last known state: polls are failing" ];
  function groupedProgress(what, {clock: clock, log: log}) {
   const startedMs = clock.nowMs();
   let saidState;
   let saidMs = 0;
   const waited = () => formatDuration(clock.nowMs() - startedMs);
   const say = (state, addition = []) => {
    const nowMs = clock.nowMs();
    const isNew = saidState === void 0 || (0, util_message.iL)(state) !== (0, util_message.iL)(saidState);
    if (!isNew && nowMs - saidMs < HEARTBEAT_MS) return;
    if (saidState === void 0) log.startGroup(util_message.iU`Waiting for ${what}`);
    const line = isNew ? state : util_message.iU`still ${state} after ${waited()} of waiting`;
    log.info(addition.length === 0 ? line : util_message.iU`${line}; ${addition}`);
    saidState = state;
    saidMs = nowMs;
   };
   return {
    say: say,
    sayTrouble: () => {
     if (saidState !== void 0) say(saidState, TROUBLE);
    },
    sayLast: state => {
     if (saidState !== void 0) log.info(util_message.iU`${state} after ${waited()} of waiting`);
    },
    end: () => {
     if (saidState !== void 0) log.endGroup();
    }
   };
  }
  function sharedProgress({clock: clock, log: log}) {
   const startedMs = clock.nowMs();
   let heartbeatMs = startedMs;
   const states = new Map;
   const waited = () => formatDuration(clock.nowMs() - startedMs);
   const beat = () => {
    const sinceMs = clock.nowMs() - heartbeatMs;
    if (sinceMs < HEARTBEAT_MS) return;
    heartbeatMs += sinceMs - sinceMs % HEARTBEAT_MS;
    const all = [ ...states ].map(([name, {state: state, addition: addition}]) => addition.length === 0 ? util_message.iU`${name} ${state}` : util_message.iU`${name} ${state} (${addition})`);
    log.info(util_message.iU`Still waiting after ${waited()}: ${(0, util_message.oR)(all, ", ")}`);
   };
   return (name, what) => {
    const say = (state, addition = []) => {
     const before = states.get(name);
     states.set(name, {
      state: state,
      addition: addition
     });
     if (before === void 0 || (0, util_message.iL)(state) !== (0, util_message.iL)(before.state)) {
      const begin = before === void 0 ? util_message.iU`waiting for ${what}: ` : [];
      const end = addition.length === 0 ? [] : util_message.iU`; ${addition}`;
      log.info(util_message.iU`${name}: ${begin}${state}${end}`);
     }
     beat();
    };
    return {
     say: say,
     sayTrouble: () => {
      const before = states.get(name);
      if (before !== void 0) say(before.state, TROUBLE);
     },
     sayLast: state => {
      if (states.has(name)) log.info(util_message.iU`${name}: ${state} after ${waited()} of waiting`);
     },
     end: () => {
      states.delete(name);
     }
    };
   };
  }
  // CONCATENATED MODULE: ./src/gate/poll.ts
  const LAST_POLL_MS = 2e3;
  class Poller {
   tools;
   pollCount=0;
   lastState;
   #startedMs;
   #stop;
   end;
   #faultCount=0;
   #faultsInARow=0;
   #lastFault;
   #lastError;
   #missingSinceMs;
   constructor(tools) {
    const {wait: wait, clock: clock, cancel: cancel, amongSeveral: amongSeveral} = tools;
    this.tools = tools;
    this.#startedMs = clock.nowMs();
    const stop = amongSeveral === void 0 ? cancel : AbortSignal.any([ cancel, amongSeveral.decided ]);
    const limit = wait === void 0 ? void 0 : timeLimit(clock, wait.timeoutMs, stop);
    this.#stop = limit?.signal ?? stop;
    this.end = limit?.end ?? (() => {});
   }
   get elapsedMs() {
    return this.tools.clock.nowMs() - this.#startedMs;
   }
   get missingMs() {
    const {clock: clock} = this.tools;
    return clock.nowMs() - (this.#missingSinceMs ?? clock.nowMs());
   }
   discoveryLeftMs(sinceMs) {
    const {wait: wait, clock: clock} = this.tools;
    return wait === void 0 ? 0 : wait.discoveryMs - (clock.nowMs() - sinceMs);
   }
   pauseAtAge(ageMs, expectedMs) {
    const longestPauseMs = this.tools.wait?.longestPauseMs ?? 0;
    return pauseMs({
     ageMs: ageMs,
     expectedMs: expectedMs,
     longestPauseMs: longestPauseMs
    }, this.tools.random());
   }
   faultWarnings() {
    if (this.#lastFault === void 0) return [];
    const polls = countPolls(this.#faultCount);
    return [ util_message.iU`${polls} failed during the wait; the last error was: ${describeError(this.#lastFault)}` ];
   }
   async until(what, poll) {
    const {wait: wait, amongSeveral: amongSeveral} = this.tools;
    const progress = amongSeveral?.progressOf(what) ?? groupedProgress(what, this.tools);
    let wasSeen = false;
    let pollsOfThis = 0;
    this.#missingSinceMs = void 0;
    try {
     for (;;) {
      this.pollCount++;
      const result = await poll(this.#requestOptions(++pollsOfThis));
      if (result.kind === "done") progress.sayLast(result.state);
      if (result.kind !== "error") {
       this.#faultsInARow = 0;
       this.#lastError = void 0;
       this.#missingSinceMs = void 0;
      }
      if (result.kind === "done" || result.kind === "pending" && wait === void 0) return {
       kind: "done",
       value: result.value
      };
      if (result.kind === "pending") this.lastState = result.state;
      if (this.#isStopped()) return this.#stopped(result);
      let pauseMs;
      if (result.kind === "pending") {
       wasSeen = true;
       progress.say(result.state, result.estimate);
       pauseMs = result.pauseMs;
      } else {
       const {error: error} = result;
       if (error.kind === "cut_short") return {
        kind: "decided",
        lastError: error
       };
       pauseMs = wait === void 0 ? void 0 : this.#pauseAfterError(error, wait);
       if (pauseMs === void 0) {
        const isAbsent = wait !== void 0 && error.kind === "record_missing";
        return {
         kind: "error",
         error: isAbsent ? {
          ...error,
          reason: "not_found"
         } : error
        };
       }
       if (!isMissing(error)) progress.sayTrouble(); else progress.say([ wasSeen ? "no longer there" : "not there yet" ], this.#lookingFor(error));
      }
      amongSeveral?.onRead();
      await this.#pause(pauseMs);
      if (this.#isStopped()) return this.#stopped();
     }
    } finally {
     progress.end();
    }
   }
   #requestOptions(pollsOfThis) {
    const {wait: wait, evidence: evidence, amongSeveral: amongSeveral} = this.tools;
    const polls = amongSeveral === void 0 ? this.pollCount : pollsOfThis;
    const isFaultWaitedOut = wait !== void 0 && evidence.hasAnswered && polls > 1;
    return {
     priority: pollsOfThis === 1 ? "first" : "later",
     maxTries: isFaultWaitedOut ? 1 : MAX_TRIES,
     signal: this.#stop,
     enough: amongSeveral?.enough,
     onRetry: amongSeveral?.onRetry
    };
   }
   #lookingFor({message: said}) {
    const leftMs = Math.max(0, (this.tools.wait?.discoveryMs ?? 0) - this.missingMs);
    return util_message.iU`${said}; looking for it for ${formatDuration(leftMs)} more (discovery_minutes)`;
   }
   #isStopped() {
    return this.#stop.aborted;
   }
   #pauseAfterError(error, wait) {
    const {clock: clock, evidence: evidence, log: log, random: random} = this.tools;
    const isSecond = error.kind === "address_unknown" && this.#lastError?.kind === error.kind;
    const isApiMissing = error.kind === "api_missing" || error.kind === "api_unknown" || isSecond;
    this.#lastError = error;
    if (isMissing(error)) {
     const nowMs = clock.nowMs();
     this.#missingSinceMs ??= nowMs;
     this.#faultsInARow = 0;
     const leftMs = this.discoveryLeftMs(this.#missingSinceMs);
     if (isApiMissing && leftMs < 1 / 0 || leftMs <= 0) return;
     return Math.min(this.pauseAtAge(nowMs - this.#missingSinceMs), leftMs);
    }
    const isLongPause = (error.retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS;
    if (!error.retryable || !(evidence.hasAnswered || isLongPause)) return;
    if (this.#lastFault === void 0) log.info(util_message.iU`A poll failed, and the wait goes on: ${describeError(error)}`); else log.debug(util_message.iU`A poll failed: ${describeError(error)}`);
    this.#lastFault = error;
    this.#faultCount++;
    this.#faultsInARow++;
    return pauseAfter(this.#faultsInARow, error, random(), wait.longestPauseMs);
   }
   #stopped(last) {
    const isError = last?.kind === "error" && last.error.kind !== "given_up";
    const lastError = isError ? last.error : this.#lastError;
    const {cancel: cancel, amongSeveral: amongSeveral} = this.tools;
    const kind = amongSeveral?.decided.aborted === true ? "decided" : "limit";
    return {
     kind: cancel.aborted ? "cancelled" : kind,
     lastError: lastError
    };
   }
   async #pause(ms) {
    const leftMs = (this.tools.wait?.timeoutMs ?? 0) - this.elapsedMs;
    const isLastButOne = leftMs > LAST_POLL_MS && ms > leftMs - LAST_POLL_MS;
    const pauseMs = isLastButOne ? leftMs - LAST_POLL_MS : ms;
    await sleep(this.tools.clock, Math.max(SHORTEST_PAUSE_MS, pauseMs), this.#stop);
   }
  }
  const poll_MISSING = [ "build_missing", "record_missing", "api_missing", "api_unknown", "address_unknown" ];
  function isMissing({kind: kind}) {
   return poll_MISSING.includes(kind);
  }
  function countPolls(count) {
   return count === 1 ? "1 poll" : `${count} polls`;
  }
  // CONCATENATED MODULE: ./src/gate/messages.ts
  function verdictWords(build, record, reason) {
   const {expected: expected} = build;
   const mismatches = mismatchesOf(record, expected);
   const checks = describeChecks(record, expected, reason);
   const {heading: heading, remedy: remedy} = REASONS[reason];
   const hasFailed = REASONS[judgeStatus(record).reason].hasDiagnosis;
   const errorText = hasFailed ? errorTextOf(record) : "";
   const details = [ describeQuery(build), util_message.iU`status ${describeStatus(record)}${reason === "unknown_status" ? ", and only SUCCESS passes" : ""}`, ...errorText === "" ? [] : [ util_message.iU`the build says ${(0, 
   util_message.Nt)(errorText)}` ], ...checks, ...reason === "success" ? [] : describeSource(record, expected), ...linkOf(build) ];
   const words = {
    details: details,
    checks: (0, util_message.oR)(checks, "; ")
   };
   if (mismatches.length === 0) {
    const problem = [ heading.charAt(0).toUpperCase() + heading.slice(1) ];
    return {
     problem: problem,
     remedy: remedy === "" ? void 0 : [ remedy ],
     ...words
    };
   }
   const problem = `${mismatchProblem(record, mismatches)}${hasFailed ? ", and it did not succeed" : ""}`;
   return {
    problem: [ problem ],
    remedy: mismatchRemedy(build, record, mismatches),
    ...words
   };
  }
  function errorTextOf({fields: fields}) {
   return [ "[]", "{}" ].includes(fields.err_msg) ? "" : fields.err_msg;
  }
  const SOURCE_FIELDS = [ "commit", "branch", "tag" ];
  function describeChecks(record, expected, reason) {
   const mismatches = mismatchesOf(record, expected);
   return SOURCE_FIELDS.flatMap(name => {
    const asked = expected[name];
    const shown = shownSource(record, name);
    const isMentioned = reason === "success" && (name !== "tag" || shown !== "");
    if (asked === void 0) return isMentioned ? [ util_message.iU`${name}: not checked` ] : [];
    const wanted = util_message.iU`${(0, util_message.hD)(asked, 100)} was asked for`;
    if (mismatches.includes(name)) return [ util_message.iU`${name}: ${shown === "" ? "shows none" : (0, 
    util_message.hD)(shown, 100)}, but ${wanted}` ];
    return shown === "" ? [ util_message.iU`${name}: not shown yet, ${wanted}` ] : [ util_message.iU`${name}: ${(0, 
    util_message.hD)(shown, 100)}, as asked for` ];
   });
  }
  function shownSource(record, name) {
   return name === "commit" ? shownCommit(record) : record.fields[name];
  }
  function describeSource(record, expected) {
   const known = SOURCE_FIELDS.filter(name => shownSource(record, name) !== "" && expected[name] === void 0);
   return known.map(name => util_message.iU`${name} ${(0, util_message.hD)(shownSource(record, name), 100)}`);
  }
  const MADE_FROM = {
   tag: {
    problem: "The build was made from a tag, not from a branch",
    remedy: "To check a tag, use the input tag in place of branch"
   },
   branch: {
    problem: "The build was made from a branch, not from a tag",
    remedy: "To check a branch, use the input branch in place of tag"
   }
  };
  function madeFrom({fields: fields}, asked) {
   if (asked === void 0 || asked === "commit" || fields[asked] !== "") return;
   const other = asked === "tag" ? "branch" : "tag";
   return fields[other] === "" ? void 0 : MADE_FROM[other];
  }
  function mismatchProblem(record, mismatches) {
   const others = mismatches.filter(name => shownSource(record, name) !== "");
   const none = mismatches.filter(name => shownSource(record, name) === "");
   const source = mismatches.length === 1 ? madeFrom(record, none[0]) : void 0;
   if (source !== void 0) return source.problem;
   if (others.length === 0) return `The service shows no ${listed(none)} of this build`;
   return `The build is of another ${listed(others)}${none.length === 0 ? "" : `, and shows no ${listed(none)}`}`;
  }
  function listed(names) {
   const last = names.at(-1) ?? "";
   return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
  }
  const MERGE_COMMIT = "Set commit to ${{ github.event.pull_request.head.sha }}: this is the merge commit that GitHub makes to test the pull request, and CodeArts does not build it";
  function mismatchRemedy({buildNo: buildNo, expected: expected}, record, mismatches) {
   const isOther = mismatches.filter(name => shownSource(record, name) !== "");
   const advice = mismatches.map(name => {
    const asked = expected[name] ?? "";
    if (name === "commit" && expected.isMergeCommit === true) return MERGE_COMMIT;
    if (name === "branch" && asked.startsWith("refs/tags/")) return "For a tag use the input tag: branch takes the name of a branch alone";
    if (name === "branch" && asked.startsWith("refs/")) return "Set branch to the name of a branch: on a pull request that is ${{ github.head_ref }}";
    if (name === "tag" && asked.startsWith("refs/heads/")) return "For a branch use the input branch: tag takes the name of a tag alone";
    if (name === "tag" && asked.startsWith("refs/")) return "Set tag to the name of a tag: a ref of another kind is none";
    const source = madeFrom(record, name);
    if (source !== void 0) return source.remedy;
    if (shownSource(record, name) === "") {
     const other = name === "commit" ? "branch" : "commit";
     return `Check it by ${other} in place of ${name}, or by build_no alone`;
    }
    if (name === "commit" && buildNo === "latest") return "Leave build_no out, so that the step finds the build by its commit";
    return isOther.includes("commit") ? REASONS.commit_mismatch.remedy : `Check ${listed([ "build_no", ...isOther ])}, ${OR_COMMIT}`;
   });
   return (0, util_message.hC)(...Array.from(new Set(advice), one => [ one ]));
  }
  function describePlace({host: host, region: region, isDefault: isDefault}) {
   return region === void 0 ? util_message.iU`host ${(0, util_message.hD)(host, 200)}` : [ `region ${region}${isDefault ? ", the default" : ""}` ];
  }
  function linkOf({url: url = ""}) {
   return url === "" ? [] : [ [ (0, util_message.hD)(url, 2e3) ] ];
  }
  function errorWords(query, error, place) {
   const {problem: problem, remedy: remedy} = error;
   const details = detailsOf(error);
   const isNamed = place.region === void 0 && details.some(detail => (0, util_message.iL)(detail).includes(place.host));
   return {
    problem: problem,
    remedy: remedy,
    details: [ describeQuery(query), ...isNamed ? [] : [ describePlace(place) ], ...details, ...linkOf(query) ]
   };
  }
  const NOBODY_STARTS = "Does anything start the build? For code on GitHub, CodeArts starts none by itself";
  function startAdvice({isMergeCommit: isMergeCommit = false}) {
   return isMergeCommit ? MERGE_COMMIT : NOBODY_STARTS;
  }
  const OTHER_RECORD = {
   problem: [ "The service gave the record of another build" ],
   remedy: [ "Run the step again. If that does not help, report it to the support of Huawei Cloud" ]
  };
  function absentWords(query, error, {tools: tools, missingMs: missingMs, pollCount: pollCount}) {
   const {buildNo: buildNo, expected: expected} = query;
   const looked = formatDuration(missingMs);
   const limit = formatDuration(tools.wait?.discoveryMs ?? 0);
   const what = typeof buildNo === "number" ? "The build did not appear" : `No build${buildNo === void 0 ? " of this commit" : ""} appeared`;
   const check = `Otherwise check ${buildNo === void 0 ? "commit" : "build_no"}, job_id and region, or raise discovery_minutes (now ${limit})`;
   return {
    problem: [ `${what} within ${looked}` ],
    remedy: (0, util_message.hC)([ startAdvice(expected) ], [ check ]),
    details: [ ...errorWords(query, error, tools.place).details, [ countPolls(pollCount) ] ]
   };
  }
  function unfinishedWords(query, record, {kind: kind, lastError: lastError}, poller) {
   const {elapsedMs: elapsedMs, pollCount: pollCount, tools: tools, lastState: lastState} = poller;
   const isAbsent = lastError?.kind === "build_missing" || lastError?.kind === "record_missing";
   const fault = isAbsent ? void 0 : lastError;
   const isAnswered = tools.evidence.hasAnswerFor(query.jobId);
   const notSeen = [ isAnswered ? "it was not there yet" : "the service had not answered" ];
   const seen = record === void 0 ? lastState ?? notSeen : util_message.iU`status ${describeStatus(record)}`;
   const isSeen = record !== void 0 || lastState !== void 0 || fault === void 0;
   const details = [ describeQuery(query), ...record === void 0 ? [ describePlace(tools.place) ] : [], ...isSeen ? [ seen ] : [], ...fault === void 0 ? [] : [ util_message.iU`the last poll failed: ${describeError(fault)}` ], ...isAbsent ? detailsOf(lastError) : [], [ `after ${formatDuration(elapsedMs)} and ${countPolls(pollCount)}` ], ...linkOf(query) ];
   if (kind === "decided") return {
    problem: [ "The step did not wait for it, because another build had decided" ],
    details: details
   };
   if (kind === "cancelled") return {
    problem: [ "The step was cancelled, and the build itself was not" ],
    remedy: [ "Run the step again to judge the build, which goes on" ],
    details: details
   };
   return {
    ...limitWords(query, record, fault, poller, isAnswered),
    details: details
   };
  }
  function limitWords({expected: expected, isStarted: isStarted}, record, fault, {tools: tools, lastState: lastState}, isAnswered) {
   const limit = `timeout_minutes (now ${formatDuration(tools.wait?.timeoutMs ?? 0)})`;
   const within = what => [ `${what} within timeout_minutes` ];
   if (record !== void 0 || lastState !== void 0) {
    const [what, advice] = record === void 0 ? [ "No build of this commit was known", "give build_no" ] : [ "The build did not finish", "see in CodeArts why the build takes so long" ];
    const remedy = fault && (0, util_message.hC)([ `Raise ${limit}` ], fault.remedy);
    return {
     problem: within(what),
     remedy: remedy ?? [ `Raise ${limit}, or ${advice}` ]
    };
   }
   const otherwise = [ `Otherwise raise ${limit}` ];
   const missing = isStarted === true ? "The record of the build did not appear" : "No build appeared";
   const problem = within(isAnswered ? missing : "The service did not answer");
   if (fault !== void 0) return {
    problem: problem,
    remedy: (0, util_message.hC)(fault.remedy, otherwise)
   };
   if (isAnswered) return {
    problem: problem,
    remedy: (0, util_message.hC)([ startAdvice(expected) ], otherwise)
   };
   return {
    problem: problem,
    remedy: [ `Raise ${limit}, or check that this machine can reach the service` ]
   };
  }
  const MAX_NAMES_CHARACTERS = 1600;
  const MAX_REMEDIES_CHARACTERS = 1500;
  const ESCAPE_CHARACTERS = 6;
  function severalWords(builds) {
   const notPassed = builds.filter(({result: result}) => !result.success);
   const all = builds.map(({name: name}) => name).join(", ");
   if (notPassed.length === 0) return {
    problem: [ `All ${builds.length} builds pass: ${all}` ],
    details: []
   };
   const noLongerAwaited = notPassed.filter(({result: result}) => result.end === "decided");
   const failing = notPassed.filter(({result: result}) => result.end !== "decided");
   const nameOf = nameIn(notPassed);
   const named = some => (0, util_message.oR)(some.map(build => util_message.iU`${nameOf(build)} (${build.result.reason})`), ", ");
   const counted = util_message.iU`${failing.length} of ${builds.length} builds did not pass: ${named(failing)}`;
   const keys = failing.map(({result: result}) => result.details.map(util_message.iL));
   const ofAll = new Set(failing.length > 1 ? keys[0]?.filter(key => keys.every(all => all.includes(key))) : []);
   const isCommon = detail => ofAll.has((0, util_message.iL)(detail));
   const common = failing[0]?.result.details.filter(isCommon) ?? [];
   return {
    problem: noLongerAwaited.length === 0 ? counted : (0, util_message.hC)(counted, util_message.iU`No longer waited for: ${named(noLongerAwaited)}`),
    remedy: remediesOf(failing, nameOf),
    details: [ ...common, ...failing.map(build => {
     const own = build.result.details.filter(detail => !isCommon(detail));
     return util_message.iU`${nameOf(build)}: ${(0, util_message.oR)(own, ", ")}`;
    }) ]
   };
  }
  function nameIn(builds) {
   const widthOf = name => name.length + (name.match(/\p{DI}/gu)?.length ?? 0) * (ESCAPE_CHARACTERS - 1);
   const left = MAX_NAMES_CHARACTERS - builds.reduce((sum, {result: result}) => sum + result.reason.length + 5, 0);
   const isTooMuch = builds.reduce((sum, {name: name}) => sum + widthOf(name), 0) > left;
   const widest = Math.max(...builds.map(({name: name}) => widthOf(name) / name.length));
   const max = isTooMuch ? Math.floor(left / builds.length / widest) : 1 / 0;
   return ({name: name}) => [ name.length <= max ? (0, util_message.hD)(name) : (0, 
   util_message.EU)(name, max) ];
  }
  function remediesOf(builds, nameOf) {
   const advised = builds.filter(({result: result}) => result.remedy !== void 0);
   const groups = groupBy(advised, ({result: result}) => (0, util_message.iL)(result.remedy ?? []));
   const [only] = groups;
   if (only?.length === builds.length) return only[0]?.result.remedy;
   const remedies = [];
   let characters = 0;
   for (const group of groups) {
    const one = util_message.iU`${(0, util_message.oR)(group.map(nameOf), ", ")}: ${group[0]?.result.remedy ?? []}`;
    characters += (0, util_message.iL)(one).length;
    if (characters <= MAX_REMEDIES_CHARACTERS) remedies.push(one);
   }
   if (remedies.length < groups.length) remedies.push(util_message.iU`See the job summary for the others`);
   return remedies.length === 0 ? void 0 : (0, util_message.hC)(...remedies);
  }
  function disputedWords({jobId: jobId}, dispute) {
   return {
    problem: [ "The service gave one record for two builds" ],
    remedy: [ "Check job_id. If it is right, report it to the support of Huawei Cloud" ],
    details: [ util_message.iU`build task ${(0, util_message.hD)(jobId)}`, dispute ]
   };
  }
  function describeQuery({jobId: jobId, buildNo: buildNo, expected: expected}) {
   const task = util_message.iU`build task ${(0, util_message.hD)(jobId)}`;
   if (buildNo === void 0) return util_message.iU`the newest build of ${describeExpected(expected)} of ${task}`;
   return buildNo === "latest" ? util_message.iU`the newest build of ${task}` : util_message.iU`build ${buildNo} of ${task}`;
  }
  function describeStatus({fields: fields}) {
   return [ (0, util_message.hD)(showStatus(fields.status), 80) ];
  }
  function describeExpected({commit: commit, branch: branch, tag: tag}) {
   const onBranch = branch === void 0 ? [] : util_message.iU` on branch ${(0, util_message.hD)(branch)}`;
   const withTag = tag === void 0 ? [] : util_message.iU` with tag ${(0, util_message.hD)(tag)}`;
   return util_message.iU`commit ${commit === void 0 ? "(any)" : (0, util_message.hD)(commit)}${onBranch}${withTag}`;
  }
  function foundByCommit(expected, numbers) {
   const others = numbers.length === 1 ? "" : `, the newest of ${numbers.length} that the list shows (${numbers.join(", ")})`;
   return util_message.iU`Found build ${numbers[0] ?? ""} of ${describeExpected(expected)}${others}`;
  }
  function noBuildOfCommit(expected, builds, doubts) {
   const newest = new Map;
   for (const {buildNo: buildNo, commit: commit} of builds) if (commit !== "" && !newest.has(commit) && newest.size < MAX_COMMITS) newest.set(commit, buildNo);
   const commits = [ ...newest ].map(([commit, buildNo]) => util_message.iU`${(0, util_message.hD)(commit, 100)} (build ${buildNo})`);
   const built = commits.length === 0 ? util_message.iU`in the last 30 days the build task has no builds that show a commit` : util_message.iU`the newest commits that were built in the last 30 days are ${(0, 
   util_message.oR)(commits, ", ")}`;
   const {branch: branch, tag: tag, isMergeCommit: isMergeCommit = false} = expected;
   const where = `${branch === void 0 ? "" : " on this branch"}${tag === void 0 ? "" : " with this tag"}`;
   const check = `Let the step wait for it (wait: true), or check job_id, commit, branch and tag. ${NOBODY_STARTS}`;
   return {
    problem: [ `No build of this commit${where} was found` ],
    remedy: [ isMergeCommit ? MERGE_COMMIT : check ],
    message: (0, util_message.oR)([ built, ...doubts.map(doubt => [ describeDoubt(doubt) ]) ], "; ")
   };
  }
  const MAX_COMMITS = 5;
  function buildsThat(numbers, one, several) {
   return `${numbers.length === 1 ? "build" : "builds"} ${numbers.join(", ")} ${numbers.length === 1 ? one : several}`;
  }
  function describeDoubt({numbers: numbers, why: why}) {
   const [shows, show] = why === "no_record" ? [ "has no record", "have no record" ] : [ "shows no commit", "show no commit" ];
   return buildsThat(numbers, `was passed over, because it has finished and ${shows}`, `were passed over, because they have finished and ${show}`);
  }
  function doubtWarning(doubt) {
   return [ `Newer builds may be of the commit: ${describeDoubt(doubt)}` ];
  }
  function ambiguousCommit(commits) {
   const shown = commits.slice(0, MAX_COMMITS).map(commit => util_message.iU`${(0, 
   util_message.hD)(commit, 100)}`);
   return {
    problem: [ `The commit is too short: ${commits.length} commits that were built begin with it` ],
    remedy: [ "Give more digits of it, or all of them" ],
    message: util_message.iU`they are ${(0, util_message.oR)(shown, ", ")}`
   };
  }
  function mayBeOfCommit(numbers) {
   return {
    problem: [ "A newer build is running that may be of the commit" ],
    remedy: [ "Let the step wait for it (wait: true), or give build_no" ],
    message: [ doNotShowCommit(numbers) ]
   };
  }
  const NO_COMMIT_YET = "is running and does not show its commit yet";
  const NO_COMMITS_YET = "are running and do not show their commits yet";
  function judgedAnyway(buildNo, undecided) {
   const isOne = undecided.length === 1;
   const newer = `${isOne ? "a newer one" : "newer ones"} (${undecided.join(", ")})`;
   return [ `Build ${buildNo} is judged although ${newer} ${isOne ? NO_COMMIT_YET : NO_COMMITS_YET}` ];
  }
  function doNotShowCommit(numbers) {
   return buildsThat(numbers, NO_COMMIT_YET, NO_COMMITS_YET);
  }
  const MAX_STATUS_CHARACTERS = 25e3;
  function showStatus(status) {
   if (status.length > MAX_STATUS_CHARACTERS) return showStatus(status.slice(0, MAX_STATUS_CHARACTERS));
   if (status === "") return "(none)";
   if (/^\w+$/.test(status) && (status === "SUCCESS" || status.toUpperCase() !== "SUCCESS")) return status;
   return JSON.stringify(status).replace(/[^ -~\p{Script=Han}]/gu, character => {
    const hex = (character.codePointAt(0) ?? 0).toString(16);
    return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
   });
  }
  // CONCATENATED MODULE: ./src/gate/find-build.ts
  async function findBuild(query, poller) {
   const {jobId: jobId, buildNo: buildNo, expected: expected, isStarted: isStarted} = query;
   if (buildNo === void 0) {
    const search = new CommitSearch(query, poller);
    return poller.until(util_message.iU`a build of ${describeExpected(expected)}`, options => search.poll(options));
   }
   if (buildNo !== "latest") return {
    kind: "done",
    value: {
     ok: true,
     buildNo: buildNo,
     isFound: isStarted === true,
     warnings: []
    }
   };
   return poller.until(util_message.iU`a build of the build task`, options => pollLatest(jobId, options, poller));
  }
  async function pollLatest(jobId, options, {tools: tools}) {
   const last = await tools.service.readLastBuildNo(jobId, options);
   if (!last.ok) return {
    kind: "error",
    error: last.error
   };
   if (last.value === void 0) return find_build_notFound({
    problem: util_message.iU`The build task was never built`,
    remedy: util_message.iU`Start a build of it in CodeArts, or with the action in start/, then run this step`,
    message: util_message.iU`the service gives no number of a last build`
   });
   tools.log.info(`The newest build of build task ${jobId} is ${last.value}`);
   return done({
    ok: true,
    buildNo: last.value,
    isFound: true,
    warnings: []
   });
  }
  const MAX_RECORDS = 200;
  const find_build_MAX_BUILDS = 1e4;
  const MAX_SEARCH_MINUTES = 2;
  class CommitSearch {
   #query;
   #poller;
   #canWait;
   #builds=new Map;
   #match;
   #matchRecord;
   #undecided=[];
   #recordCount=0;
   #hasReadWhole=false;
   constructor(query, poller) {
    this.#query = query;
    this.#poller = poller;
    this.#canWait = poller.tools.wait !== void 0;
   }
   async poll(options) {
    if (this.#canWait) return this.#pollOnce(options);
    const limit = timeLimit(this.#poller.tools.clock, MAX_SEARCH_MINUTES * 6e4, options.signal);
    const {signal: signal} = limit;
    const result = await this.#pollOnce({
     ...options,
     signal: signal,
     limit: limit,
     outlastsThrottling: true
    });
    limit.end();
    if (result.kind !== "error" || !signal.aborted || options.signal.aborted) return result;
    const {error: error} = result;
    const isGivenUp = error.kind === "given_up";
    if (!this.#poller.tools.evidence.hasAnswerFor(this.#query.jobId) && !isGivenUp) return result;
    const last = isGivenUp ? [] : util_message.iU`; the last request brought: ${describeError(error)}`;
    return {
     kind: "error",
     error: overLimit(util_message.iU`it took more than ${MAX_SEARCH_MINUTES} min${last}`)
    };
   }
   async #pollOnce(options) {
    this.#undecided = [];
    this.#recordCount = 0;
    this.#matchRecord = void 0;
    for (const window of [ "recent", "whole" ]) {
     if (window === "whole" && !this.#needsWhole()) break;
     const error = await this.#readList(window, options) ?? await this.#decide(options);
     if (error !== void 0) return {
      kind: "error",
      error: error
     };
    }
    return this.#result();
   }
   #needsWhole() {
    if (this.#match !== void 0 || this.#hasReadWhole) return false;
    return this.#canWait || this.#undecided.length === 0;
   }
   async #readList(window, options) {
    const read = await this.#poller.tools.service.readBuilds(this.#query.jobId, window, options);
    if (!read.ok) return read.error;
    if (window === "whole") this.#hasReadWhole = true;
    for (const row of read.value) {
     const build = this.#builds.get(row.buildNo);
     if (build !== void 0) build.row = row; else this.#builds.set(row.buildNo, {
      row: row,
      decision: "undecided",
      commit: ""
     });
    }
    if (this.#builds.size <= find_build_MAX_BUILDS) return;
    return overLimit(util_message.iU`the build task has more than ${find_build_MAX_BUILDS} builds in the last 30 days`);
   }
   async #decide(options) {
    for (const build of this.#newestFirst()) {
     if (build === this.#match) return;
     const {row: row, decision: decision} = build;
     if (decision !== "undecided" || rowShows(row, this.#query.expected) === "other") continue;
     if (this.#undecided.includes(build)) continue;
     if (++this.#recordCount > MAX_RECORDS) return overLimit(util_message.iU`more than ${MAX_RECORDS} builds have to be read one by one, because the list does not show their commits`);
     const error = await this.#decideOne(build, options);
     if (error !== void 0) return error;
     if (build.decision === "match" || build.decision === "undecided" && !this.#canWait) return;
    }
    return;
   }
   async #decideOne(build, options) {
    const {service: service, evidence: evidence} = this.#poller.tools;
    const id = {
     jobId: this.#query.jobId,
     buildNo: build.row.buildNo
    };
    const read = await service.readRecord(id, options);
    build.absence = void 0;
    if (read.ok) {
     const objection = evidence.objectionTo(id, read.record, true);
     if (objection !== void 0) return {
      ...invalid(read.answer, objection).error,
      ...OTHER_RECORD
     };
     const {commit: commit} = read.record.fields;
     build.decision = decisionOf(read.record, this.#query.expected);
     if (build.decision === "unreadable") return {
      ...invalid(read.answer, unreadableCommit(id.buildNo, commit)).error,
      ...UNREADABLE_COMMIT
     };
     build.commit = commit.length <= MAX_COMMIT_CHARACTERS ? commit : "";
    } else {
     const error = this.#withoutRecord(build, read.error);
     if (error !== void 0) return error;
    }
    if (build.decision === "undecided") this.#undecided.push(build);
    if (build.decision === "match") {
     this.#match = build;
     this.#matchRecord = read.ok ? read : void 0;
    }
    return;
   }
   #withoutRecord(build, error) {
    const {row: row} = build;
    if (error.kind !== "build_missing" && error.kind !== "record_missing") return error;
    if (error.kind === "record_missing") {
     if (row.isFinished) build.absence = finishedWithoutRecord(row.buildNo, error);
     return this.#canWait ? void 0 : build.absence;
    }
    if (mayBeAsked(row.commit, this.#query.expected)) return listedWithoutRecord(row.buildNo, error);
    if (row.isFinished) build.decision = "no_record";
    return;
   }
   #result() {
    const match = this.#match;
    const shown = this.#listedMatches().map(({row: row}) => row.commit);
    if (match !== void 0) shown.unshift(match.commit);
    const commits = new Set(shown.filter(commit => isAsked(commit, this.#query.expected)).map(commit => commit.toLowerCase()));
    if (commits.size > 1) return done({
     ok: false,
     reason: "invalid_input",
     ...ambiguousCommit([ ...commits ])
    });
    const undecided = this.#undecided.filter(({row: row}) => row.buildNo > (match?.row.buildNo ?? 0));
    if (undecided.length === 0) return match === void 0 ? this.#absent() : this.#found(match, []);
    const nowMs = this.#poller.tools.clock.nowMs();
    for (const build of undecided) build.undecidedSinceMs ??= nowMs;
    const leftMs = undecided.map(({undecidedSinceMs: undecidedSinceMs = nowMs}) => this.#poller.discoveryLeftMs(undecidedSinceMs)).filter(ms => ms > 0);
    const overdue = undecided.find(({absence: absence}) => absence !== void 0)?.absence;
    if (overdue !== void 0 && leftMs.length === 0) return {
     kind: "error",
     error: overdue
    };
    const numbers = undecided.map(({row: row}) => row.buildNo);
    if (match !== void 0 && this.#canWait && leftMs.length === 0) return this.#found(match, numbers);
    const value = {
     ok: false,
     reason: "running",
     ...mayBeOfCommit(numbers)
    };
    const state = util_message.iU`not known yet, because ${doNotShowCommit(numbers)}`;
    const pauseMs = Math.min(this.#poller.pauseAtAge(this.#poller.elapsedMs), ...leftMs);
    return {
     kind: "pending",
     value: value,
     state: state,
     estimate: [],
     pauseMs: pauseMs
    };
   }
   #found({row: {buildNo: buildNo}}, undecided) {
    const numbers = this.#listedMatches().map(({row: row}) => row.buildNo);
    const older = numbers.filter(number => number < buildNo);
    this.#poller.tools.log.info(foundByCommit(this.#query.expected, [ buildNo, ...older ]));
    const warnings = [ ...this.#doubts(buildNo).map(doubtWarning), ...undecided.length === 0 ? [] : [ judgedAnyway(buildNo, undecided) ] ];
    return done({
     ok: true,
     buildNo: buildNo,
     isFound: true,
     firstRecord: this.#matchRecord,
     warnings: warnings
    });
   }
   #absent() {
    const builds = this.#newestFirst().map(({row: row, commit: commit}) => ({
     ...row,
     commit: commit || row.commit
    }));
    return find_build_notFound(noBuildOfCommit(this.#query.expected, builds, this.#doubts(0)));
   }
   #doubts(newerThan) {
    return [ "no_commit", "no_record" ].flatMap(why => {
     const builds = [ ...this.#builds.values() ].filter(({decision: decision}) => decision === why);
     const numbers = builds.map(({row: row}) => row.buildNo).filter(buildNo => buildNo > newerThan);
     return numbers.length === 0 ? [] : [ {
      numbers: numbers,
      why: why
     } ];
    });
   }
   #listedMatches() {
    return this.#newestFirst().filter(({row: row, decision: decision}) => (decision === "match" || decision === "undecided") && rowShows(row, this.#query.expected) === "asked");
   }
   #newestFirst() {
    return [ ...this.#builds.values() ].sort((one, other) => other.row.buildNo - one.row.buildNo);
   }
  }
  function done(value) {
   const state = value.ok ? util_message.iU`found build ${value.buildNo}` : util_message.iU`found no build to judge`;
   return {
    kind: "done",
    value: value,
    state: state
   };
  }
  function listedWithoutRecord(buildNo, error) {
   return {
    ...error,
    problem: util_message.iU`The list of builds has one of the commit, but its record is not there`,
    remedy: util_message.iU`Run the step again later, or give build_no`,
    message: util_message.iU`build ${buildNo} by the list; ${error.message}`
   };
  }
  function finishedWithoutRecord(buildNo, error) {
   return {
    ...error,
    ...INVALID,
    problem: util_message.iU`A build has finished that may be of the commit, but it has no record`,
    remedy: util_message.iU`Run the step again in a minute, or give build_no`,
    message: util_message.iU`build ${buildNo} by the list; ${error.message}`
   };
  }
  const UNREADABLE_COMMIT = {
   problem: [ "A build shows a commit that cannot be read, and may be of this one" ],
   remedy: [ "Give build_no: then the step need not search" ]
  };
  function unreadableCommit(buildNo, commit) {
   return util_message.iU`the record of build ${buildNo} shows a commit that is none (${(0, 
   util_message.Nt)(commit, 100)}): it may be of any commit`;
  }
  function overLimit(what) {
   return {
    ...INVALID,
    problem: util_message.iU`The search for the build by its commit came to a limit`,
    remedy: util_message.iU`Give the number of the build (build_no): then the step need not search`,
    message: what
   };
  }
  function find_build_notFound(words) {
   return {
    kind: "error",
    error: {
     kind: "build_missing",
     reason: "not_found",
     ...words,
     retryable: false
    }
   };
  }
  // CONCATENATED MODULE: ./src/gate/poll-build.ts
  function pollBuild(build, poller) {
   const {service: service, evidence: evidence, log: log, wait: wait, amongSeveral: amongSeveral} = poller.tools;
   let {firstRecord: firstRecord} = build;
   let isFirst = true;
   let estimate;
   const poll = async options => {
    const response = firstRecord ?? await service.readRecord(build, options);
    firstRecord = void 0;
    if (!response.ok) return {
     kind: "error",
     error: response.error
    };
    const {record: record, answer: answer, apiVersion: apiVersion} = response;
    const objection = evidence.objectionTo(build, record, build.isFound);
    if (objection !== void 0) return {
     kind: "error",
     error: {
      ...invalid(answer, objection).error,
      ...OTHER_RECORD
     }
    };
    evidence.enterRecord(build.jobId, record);
    amongSeveral?.onRead();
    const line = util_message.iU`Build ${build.buildNo} of build task ${(0, util_message.hD)(build.jobId)} has the status ${describeStatus(record)} (read through API ${apiVersion})`;
    if (isFirst) log.info(line); else log.debug(line);
    isFirst = false;
    if (judge(record, build.expected).reason !== "running") return {
     kind: "done",
     value: record,
     state: describeStatus(record)
    };
    if (wait !== void 0) estimate ??= readEstimate(build, options, poller.tools);
    return stillRunning(response, poller, await estimate);
   };
   return poller.until(util_message.iU`build ${build.buildNo}`, poll);
  }
  const MAX_ESTIMATE_MS = 2e3;
  async function readEstimate({jobId: jobId, buildNo: buildNo}, {signal: signal}, {service: service, log: log, clock: clock}) {
   if (buildNo === 1) return;
   const limit = timeLimit(clock, MAX_ESTIMATE_MS, signal);
   const options = {
    maxTries: 1,
    signal: limit.signal,
    isOptional: true
   };
   const response = await service.readRecord({
    jobId: jobId,
    buildNo: buildNo - 1
   }, options);
   limit.end();
   if (response.ok) return estimateFrom(response.record, buildNo - 1);
   log.debug(util_message.iU`There is no estimate of how long the build will take: ${describeError(response.error)}`);
   return;
  }
  function stillRunning({record: record, dateMs: dateMs}, poller, estimate) {
   const ageMs = ageOf(record, dateMs) ?? poller.elapsedMs;
   const isStarted = record.fields.start_time !== "";
   return {
    kind: "pending",
    value: record,
    state: describeStatus(record),
    estimate: isStarted && estimate !== void 0 ? [ describeEstimate(ageMs, estimate) ] : [],
    pauseMs: poller.pauseAtAge(ageMs, isStarted ? estimate?.durationMs : void 0)
   };
  }
  // CONCATENATED MODULE: ./src/gate/gate.ts
  async function runGate(query, tools) {
   const poller = new Poller(tools);
   try {
    const search = await findBuild(query, poller);
    if (search.kind !== "done") return withoutVerdict(query, search, poller);
    const found = search.value;
    if (!found.ok) return gate_failed({
     reason: found.reason,
     ...errorWords(query, found, tools.place)
    }, poller);
    const build = {
     ...query,
     ...found
    };
    const end = await pollBuild(build, poller);
    const result = end.kind === "done" ? judged(build, end.value, poller) : withoutVerdict(build, end, poller);
    const warnings = [ ...identityWarnings(build, tools), ...found.warnings, ...result.warnings ];
    return {
     ...result,
     buildNo: build.buildNo,
     warnings: warnings
    };
   } finally {
    poller.end();
   }
  }
  function judged(build, record, poller) {
   const verdict = judge(record, build.expected);
   const words = verdictWords(build, record, verdict.reason);
   return {
    ...verdict,
    ...words,
    end: "judged",
    record: record,
    warnings: poller.faultWarnings()
   };
  }
  function withoutVerdict(query, end, poller) {
   const {evidence: evidence, amongSeveral: amongSeveral, place: place, wait: wait} = poller.tools;
   const record = evidence.recordOf(query.jobId);
   if (end.kind === "error") {
    const {error: error} = end;
    const isAwaited = wait !== void 0 && (error.kind === "build_missing" || error.kind === "record_missing");
    const words = isAwaited ? absentWords(query, error, poller) : errorWords(query, error, place);
    return {
     ...gate_failed({
      reason: error.reason,
      ...words
     }, poller),
     record: record
    };
   }
   const {kind: kind, lastError: lastError} = end;
   const isMissing = lastError?.kind === "build_missing" || lastError?.kind === "record_missing";
   const fault = isMissing ? void 0 : lastError;
   const isAnswered = record !== void 0 || isMissing || poller.lastState !== void 0;
   const unread = lastError?.reason ?? (isAnswered ? "running" : "cancelled");
   const lastSeen = record === void 0 ? unread : judge(record, query.expected).reason;
   const ofStep = kind === "limit" ? "wait_timeout" : "cancelled";
   const isLastSeen = kind === "decided" || amongSeveral !== void 0 && !isAnswered;
   const words = unfinishedWords(query, record, {
    kind: kind,
    lastError: lastError
   }, poller);
   const result = gate_failed({
    reason: isLastSeen ? lastSeen : ofStep,
    ...words
   }, poller);
   return {
    ...result,
    end: kind,
    record: record,
    warnings: fault === void 0 ? result.warnings : []
   };
  }
  function gate_failed(words, poller) {
   return {
    success: false,
    ...words,
    end: "error",
    warnings: poller.faultWarnings()
   };
  }
  function identityWarnings(build, {evidence: evidence}) {
   const record = evidence.recordOf(build.jobId);
   const mismatch = build.isFound || record === void 0 ? void 0 : identityMismatch(build, record);
   return mismatch === void 0 ? [] : [ util_message.iU`Asked for build ${build.buildNo} of build task ${build.jobId}, but ${mismatch}` ];
  }
  // CONCATENATED MODULE: ./src/gate/builds.ts
  async function runBuilds(builds, tools) {
   const [only] = builds;
   if (only === void 0 || builds.length > 1) {
    const judged = await runSideBySide(builds, tools);
    return stepResult(judged.map(build => withDispute(build, tools)));
   }
   const result = await runGate(only, tools);
   const {name: name, jobId: jobId, url: url} = only;
   return stepResult([ {
    name: name,
    jobId: jobId,
    url: url,
    result: result
   } ]);
  }
  function runSideBySide(builds, tools) {
   const decided = new AbortController;
   const enough = new AbortController;
   const progressOf = sharedProgress(tools);
   const unread = new Set(builds);
   const noteRead = build => {
    unread.delete(build);
    if (unread.size === 0 && enough.signal.aborted) decided.abort();
   };
   const judge = async build => {
    const {name: name, jobId: jobId, url: url} = build;
    const log = namedLog(tools.log, name);
    const result = await runGate(build, {
     ...tools,
     log: log,
     amongSeveral: {
      decided: decided.signal,
      enough: enough.signal,
      onRead: () => {
       noteRead(build);
      },
      onRetry: retryLine(log),
      progressOf: what => progressOf(name, what)
     }
    });
    if (!isOpen(result)) log.info((0, util_message.Om)({
     ...result,
     remedy: void 0
    }));
    if (!isOpen(result) && !mayPass(result, tools.failUnlessSuccess)) enough.abort();
    noteRead(build);
    return {
     name: name,
     jobId: jobId,
     url: url,
     result: result
    };
   };
   return Promise.all(builds.map(judge));
  }
  function withDispute(build, {evidence: evidence}) {
   const dispute = evidence.disputeOf(build.jobId);
   if (dispute === void 0) return build;
   const {record: record, warnings: warnings} = build.result;
   const ended = {
    success: false,
    reason: "invalid_response",
    end: "error",
    record: record,
    warnings: warnings
   };
   return {
    ...build,
    result: {
     ...ended,
     ...disputedWords(build, dispute)
    }
   };
  }
  function stepResult(builds) {
   const [only, ...others] = builds;
   if (only !== void 0 && others.length === 0) return {
    ...only.result,
    url: only.url,
    builds: builds
   };
   const warnings = builds.flatMap(({name: name, result: result}) => result.warnings.map(line => util_message.iU`${name}: ${line}`));
   const notPassed = builds.filter(({result: result}) => !result.success);
   const deciding = notPassed.find(({result: result}) => !isOpen(result)) ?? notPassed[0] ?? builds[0];
   if (deciding === void 0) throw new Error("there is no build to judge");
   const {result: result, url: url} = deciding;
   const {success: success, record: record, end: end} = result;
   return {
    success: success,
    reason: stepReason(result),
    record: record,
    end: end,
    ...severalWords(builds),
    warnings: warnings,
    url: url,
    builds: builds
   };
  }
  function stepReason({end: end, reason: reason}) {
   if (end === "limit") return "wait_timeout";
   return end === "cancelled" ? "cancelled" : reason;
  }
  function namedLog(log, name) {
   const withName = line => util_message.iU`${name}: ${line}`;
   return {
    ...log,
    info: line => {
     log.info(withName(line));
    },
    debug: line => {
     log.debug(withName(line));
    }
   };
  }
  // CONCATENATED MODULE: ./src/codearts/artifacts.ts
  async function readArtifacts(get, {jobId: jobId, buildNo: buildNo}, options) {
   const v1 = await get(`/v1/job/${jobId}/${buildNo}/output`, options);
   if (v1.ok || v1.error.reason !== "not_found") return artifactsIn(v1);
   const v3 = await get(`/v3/jobs/${jobId}/${buildNo}/output-info`, options);
   if (v3.ok) return artifactsIn(v3);
   const both = util_message.iU`through API v1: ${describeError(v1.error)}; through API v3: ${describeError(v3.error)}`;
   const {problem: problem, remedy: remedy} = v3.error.reason === "not_found" ? NO_LIST : v3.error;
   return {
    ok: false,
    error: {
     ...v3.error,
     problem: problem,
     remedy: remedy,
     message: both,
     requestId: void 0,
     tries: void 0
    }
   };
  }
  const NO_LIST = {
   problem: [ "The service has no list of it" ],
   remedy: [ "Run the step again, or leave artifacts out if the deployment does not need them" ]
  };
  function artifactsIn(response) {
   if (!response.ok) return response;
   const value = parseArtifacts(response);
   if (typeof value !== "string") return {
    ok: true,
    value: value
   };
   return {
    ok: false,
    error: {
     ...invalid(response.answer, [ value ]).error,
     remedy: NO_LIST.remedy
    }
   };
  }
  const NAMES = [ "package_infos", "package_info", "image_infos" ];
  function parseArtifacts({result: result, keysOf: keysOf}) {
   if (result === null) return [];
   if (!isJsonObject(result)) return "its result is not an object";
   const mismatch = casingMismatch(result, NAMES);
   if (mismatch !== void 0) return mismatch;
   const given = NAMES.filter(name => eitherCase(result, name) !== void 0);
   if (given.length === 0 && Object.keys(result).length > 0) return `its result has neither ${NAMES.join(" nor ")}`;
   const odd = given.find(name => !isEmpty(eitherCase(result, name)) && !isJsonObject(eitherCase(result, name)));
   if (odd !== void 0) return `its ${odd} is not an object`;
   const packages = valuesInOrder(result, "package_infos", keysOf);
   const lone = eitherCase(result, "package_info");
   if (packages.length === 0 && !isEmpty(lone)) packages.push(lone);
   const images = valuesInOrder(result, "image_infos", keysOf);
   return allOrWhy([ ...packages.map(item => artifactOf("package", item)), ...images.map(item => artifactOf("image", item)) ]);
  }
  function isEmpty(value) {
   if (value === void 0 || value === null || value === "") return true;
   return Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
  }
  const FIELDS = [ "name", "version", "package_type", "type", "uri" ];
  function artifactOf(kind, item) {
   if (!isJsonObject(item)) return `one ${kind} of its list is not an object`;
   const mismatch = casingMismatch(item, FIELDS);
   if (mismatch !== void 0) return mismatch;
   const valueOf = name => eitherCase(item, name) ?? "";
   const odd = FIELDS.find(name => typeof valueOf(name) !== "string" && !isNumber(valueOf(name)));
   if (odd !== void 0) return `the ${odd} of one ${kind} is neither a text nor a number`;
   const text = name => textOf(valueOf(name));
   const type = text("package_type") || text("type");
   return {
    kind: kind,
    name: text("name"),
    version: text("version"),
    type: type,
    uri: text("uri")
   };
  }
  // CONCATENATED MODULE: ./src/gate/what-was-built.ts
  const MAX_READ_MS = 6e4;
  const MAX_LINES = 20;
  async function withArtifacts(result, tools) {
   if (!result.success) return result;
   const {log: log} = tools;
   const lists = await Promise.all(result.builds.map(build => readList(build, tools)));
   const isSeveral = lists.length > 1;
   const artifacts = [];
   const builds = result.builds.map((build, at) => {
    const list = lists[at];
    if (list?.ok !== true) return {
     ...build,
     result: notRead(build, list?.error, tools)
    };
    artifacts.push(...list.value.map(one => isSeveral ? {
     build: build.name,
     ...one
    } : one));
    return build;
   });
   if (!builds.every(build => build.result.success)) return stepResult(builds);
   sayIn(log, artifacts);
   return {
    ...result,
    artifacts: artifacts
   };
  }
  async function readList({jobId: jobId, result: {buildNo: buildNo}}, {service: service, clock: clock, cancel: cancel}) {
   if (buildNo === void 0) throw new Error("a build that passes has no number");
   const limit = timeLimit(clock, MAX_READ_MS, cancel);
   const options = {
    maxTries: MAX_TRIES,
    signal: limit.signal,
    limit: limit
   };
   const list = await readArtifacts(service.get, {
    jobId: jobId,
    buildNo: buildNo
   }, options);
   limit.end();
   return list;
  }
  const what_was_built_TOO_LATE = {
   reason: "unreachable",
   problem: [],
   message: [ `no answer came within ${MAX_READ_MS / 1e3} s` ],
   remedy: [ NETWORK_WORDS.timeout.remedy ]
  };
  function notRead({jobId: jobId, url: url, result: {buildNo: buildNo, record: record, warnings: warnings}}, error, {cancel: cancel, place: place}) {
   const query = {
    jobId: jobId,
    buildNo: buildNo,
    url: url,
    expected: {
     commit: void 0,
     branch: void 0,
     tag: void 0
    }
   };
   const isGivenUp = error === void 0 || error.kind === "given_up";
   const words = errorWords(query, isGivenUp ? what_was_built_TOO_LATE : error, place);
   const rest = {
    success: false,
    buildNo: buildNo,
    record: record,
    warnings: warnings
   };
   if (cancel.aborted) {
    const problem = util_message.iU`The step was cancelled before it had read what the build made`;
    const cancelled = {
     problem: problem,
     remedy: [ "Run the step again" ],
     details: words.details.slice(0, 1)
    };
    return {
     ...rest,
     ...cancelled,
     reason: "cancelled",
     end: "cancelled"
    };
   }
   const problem = (0, util_message.hC)([ "The build passes, but what it made could not be read" ], isGivenUp ? void 0 : words.problem);
   return {
    ...rest,
    ...words,
    problem: problem,
    reason: (isGivenUp ? what_was_built_TOO_LATE : error).reason,
    end: "error"
   };
  }
  function sayIn(log, artifacts) {
   if (artifacts.length === 0) log.info("Artifacts: none");
   for (const {build: build, kind: kind, name: name, version: version, type: type, uri: uri} of artifacts.slice(0, MAX_LINES)) {
    const words = [ name, version, type ].filter(word => word !== "");
    const shown = words.map(word => util_message.iU` ${(0, util_message.hD)(word, 200)}`).flat();
    const of = build === void 0 ? [] : util_message.iU`${build}: `;
    log.info(util_message.iU`${of}Artifact: ${kind}${shown}${uri === "" ? "" : util_message.iU`, ${(0, 
    util_message.hD)(uri, 500)}`}`);
   }
   if (artifacts.length > MAX_LINES) log.info(`Artifacts: and ${artifacts.length - MAX_LINES} more`);
  }
  // CONCATENATED MODULE: ./src/report/escapes.ts
  const NAMED = {
   amp: "&",
   lt: "<",
   gt: ">",
   quot: '"',
   apos: "'"
  };
  const JSON_SHORT = {
   b: "\b",
   f: "\f",
   n: "\n",
   r: "\r",
   t: "\t"
  };
  const ESCAPES = [ {
   sign: "%",
   pattern: /%[0-7][0-9a-f]|%[c-f][0-9a-f](?:%[89ab][0-9a-f]){1,3}/gi,
   decode: escape => Buffer.from(escape.replaceAll("%", ""), "hex").toString()
  }, {
   sign: "\\",
   pattern: /\\(?:u[0-9a-f]{4}|["\\/bfnrt])/gi,
   decode: escape => escape.length > 2 ? String.fromCharCode(Number.parseInt(escape.slice(2), 16)) : JSON_SHORT[escape.charAt(1)] ?? escape.charAt(1)
  }, {
   sign: "&",
   pattern: /&(?:#[0-9]{1,6}|#x[0-9a-f]{1,5}|amp|lt|gt|quot|apos);/gi,
   decode(escape) {
    const name = escape.slice(1, -1).toLowerCase();
    return NAMED[name] ?? String.fromCodePoint(Number(name.replace("#x", "0x").replace("#", "")));
   }
  } ];
  function readings(text) {
   const asIs = {
    text: text,
    placeOf: at => at
   };
   const all = [ asIs ];
   for (const escape of ESCAPES) {
    const once = undo(asIs, escape);
    if (once === void 0) continue;
    const twice = undo(once, escape);
    all.push(once, ...twice === void 0 ? [] : [ twice ]);
   }
   return all;
  }
  function undo({text: text, placeOf: placeOf}, {sign: sign, pattern: pattern, decode: decode}) {
   if (!text.includes(sign)) return;
   const parts = [];
   const undonePlaces = [];
   let end = 0;
   const keepUntil = next => {
    parts.push(text.slice(end, next));
    for (;end < next; end++) undonePlaces.push(placeOf(end));
   };
   for (const {0: escape, index: index} of text.matchAll(pattern)) {
    keepUntil(index);
    const value = decode(escape);
    parts.push(value);
    undonePlaces.push(...value.split("").map(() => placeOf(index)));
    end = index + escape.length;
   }
   if (parts.length === 0) return;
   keepUntil(text.length);
   undonePlaces.push(placeOf(text.length));
   return {
    text: parts.join(""),
    placeOf: at => undonePlaces[at] ?? 0
   };
  }
  // CONCATENATED MODULE: ./src/report/sanitize.ts
  const ACTING = /(?![\u200c\u200d\ufe00-\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]/gu;
  const PLAIN = /^[ -~]*$/;
  const SHORT_ESCAPES = {
   "\n": "\\n",
   "\r": "\\r",
   "\t": "\\t"
  };
  function escapeInvisible(text) {
   if (PLAIN.test(text)) return text;
   return text.replace(ACTING, character => {
    const codePoint = character.codePointAt(0) ?? 0;
    const hex = codePoint.toString(16);
    return SHORT_ESCAPES[character] ?? (hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`);
   });
  }
  function logLine(text) {
   return withoutCommands(escapeInvisible(text));
  }
  function colouredLogLine(text) {
   const parts = text.split(SGR);
   const isColour = part => HARMLESS_SGR.test(part);
   const line = withoutCommands(parts.map(part => isColour(part) ? part : visibleExceptTabs(part)).join(""));
   return parts.some(isColour) ? `${line}[0m` : line;
  }
  function withoutCommands(line) {
   return line.replace(/##(?=[a-z]*\[)/giu, "##\\").replace(/^((?:\s|\u001b\[[0-9;]*m)*)::/u, "$1\\::");
  }
  function shorten(text, maxCharacters, length = text.length) {
   if (Math.max(text.length, length) <= maxCharacters) return text;
   return `${firstCharacters(text, maxCharacters)}… (${length} characters in all)`;
  }
  function firstCharacters(text, maxCharacters) {
   return text.slice(0, maxCharacters).replace(/[\ud800-\udbff]$/u, "");
  }
  function lastCharacters(text, maxCharacters) {
   return text.slice(-maxCharacters).replace(/^[\udc00-\udfff]/, "");
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
   return text.split("\t").map(escapeInvisible).join("\t");
  }
  const SGR = /(\u001b\[[0-9;:]*m)/g;
  function withoutSgr(line) {
   return line.replaceAll(SGR, "");
  }
  const COLOUR = "[39][0-7]|39|4[0-79]|10[0-7]|[34]8;5;[0-9]{1,3}|[34]8;2(?:;[0-9]{1,3}){3}";
  const HARMLESS_CODE = `(?:0{0,2}|0?[134]|2[234]|${COLOUR})`;
  const HARMLESS_SGR = new RegExp(`^\\u001b\\[${HARMLESS_CODE}(?:;${HARMLESS_CODE})*m$`);
  // CONCATENATED MODULE: ./src/report/redact.ts
  const MIN_SECRET_LENGTH = 4;
  const PIECE_LENGTH = 12;
  const BLOCK_LENGTH = PIECE_LENGTH / 2;
  const MIN_MASKED_PASSWORD_LENGTH = 8;
  const KEPT_SIGNATURES = 32;
  const REDACTED = "***";
  const MAX_PASSES = 5;
  function createRedactor(mask) {
   const kept = new Secrets;
   let [recent, older, signatures] = [ new Secrets, new Secrets, 0 ];
   return {
    add(secret, kind = "credential") {
     const lines = secret.split(/[\r\n]+/).filter(line => line !== "");
     for (const line of lines) if (kind === "basic") mask(Buffer.from(line).toString("base64")); else if (kind === "unmasked") continue; else if (kind !== "password" || line.length >= MIN_MASKED_PASSWORD_LENGTH) mask(line);
     if (kind === "signature" && signatures++ % KEPT_SIGNATURES === 0) [recent, older] = [ new Secrets, recent ];
     const secrets = kind === "signature" ? recent : kept;
     const spellings = [ ...new Set([ secret, ...lines ]) ].filter(one => one.length >= MIN_SECRET_LENGTH);
     for (const one of new Set([ ...lines, ...spellings.flatMap(base64Of) ])) secrets.add(one);
    },
    redact(text) {
     for (let pass = 0, before = ""; pass < MAX_PASSES; pass++) {
      before = text;
      text = redactOnce(text, [ kept, recent, older ]);
      if (text === before) return text;
     }
     return REDACTED;
    }
   };
  }
  function base64Of(secret) {
   return [ "", "\n", "\r\n" ].flatMap(lineEnd => {
    const padded = Buffer.from(secret + lineEnd).toString("base64");
    const own = lineEnd === "" ? padded : padded.slice(-(PIECE_LENGTH + 8));
    const url = own.replaceAll("+", "-").replaceAll("/", "_");
    return [ own, url ].flatMap(one => [ one, one.slice(-(PIECE_LENGTH + 8)).replace(/={1,2}$/, "") ]);
   });
  }
  class Secrets {
   #short=new Map;
   #long=new Set;
   #blocks=new Parts(BLOCK_LENGTH);
   #pieces;
   add(secret) {
    const folded = fold(secret);
    const {length: length} = folded;
    if (length < MIN_SECRET_LENGTH) return;
    if (length < PIECE_LENGTH) {
     const short = this.#short.get(length) ?? new Parts(length);
     this.#short.set(length, short);
     short.add(folded);
     return;
    }
    this.#long.add(folded);
    for (let at = 0; at + BLOCK_LENGTH <= length; at += BLOCK_LENGTH) this.#blocks.add(folded.slice(at, at + BLOCK_LENGTH));
    this.#pieces = void 0;
   }
   find(view, onFound) {
    for (const short of this.#short.values()) short.find(view, onFound);
    if (this.#blocks.find(view)) this.#listedPieces().find(view, onFound);
   }
   #listedPieces() {
    if (this.#pieces !== void 0) return this.#pieces;
    const pieces = new Parts(PIECE_LENGTH);
    for (const secret of this.#long) for (let at = 0; at + PIECE_LENGTH <= secret.length; at++) pieces.add(secret.slice(at, at + PIECE_LENGTH));
    return this.#pieces = pieces;
   }
  }
  const FACTOR = 31;
  class Parts {
   #length;
   #texts=new Set;
   #hashes=new Set;
   #leaving=1;
   constructor(length) {
    this.#length = length;
    for (let at = 0; at < length; at++) this.#leaving = Math.imul(this.#leaving, FACTOR);
   }
   add(part) {
    let hash = 0;
    for (let at = 0; at < part.length; at++) hash = Math.imul(hash, FACTOR) + part.charCodeAt(at) | 0;
    this.#hashes.add(hash);
    this.#texts.add(part);
   }
   find(text, onFound) {
    if (this.#texts.size === 0) return false;
    let isFound = false;
    let hash = 0;
    for (let to = 1; to <= text.length; to++) {
     const from = to - this.#length;
     const left = from < 1 ? 0 : Math.imul(text.charCodeAt(from - 1), this.#leaving);
     hash = Math.imul(hash, FACTOR) + text.charCodeAt(to - 1) - left | 0;
     if (from < 0 || !this.#hashes.has(hash) || !this.#texts.has(text.slice(from, to))) continue;
     isFound = true;
     onFound?.(from, to);
    }
    return isFound;
   }
  }
  function fold(text) {
   const plain = text.replaceAll("+", " ");
   if (/^[\0-\x7f]*$/.test(plain)) return plain.toLowerCase();
   return plain.replace(/\p{Lu}/gu, letter => {
    const lower = letter.toLowerCase();
    return lower.length === letter.length ? lower : letter;
   });
  }
  function redactOnce(text, secrets) {
   let hidden;
   for (const {text: read, placeOf: placeOf} of readings(text)) {
    const view = fold(read);
    for (const one of secrets) one.find(view, (from, to) => {
     hidden ??= new Uint8Array(text.length);
     hidden.fill(1, placeOf(from), placeOf(to));
    });
   }
   if (hidden === void 0) return text;
   let shown = "";
   for (let at = 0, from = 0; at < text.length; from = at) {
    const isHidden = hidden[from];
    while (at < text.length && hidden[at] === isHidden) at++;
    shown += isHidden === 1 ? REDACTED : text.slice(from, at);
   }
   return shown;
  }
  const MAX_LOG_LINE_CHARACTERS = 1e3;
  function shownParts(words, redact) {
   const parts = (typeof words === "string" ? [ words ] : words).map(part => typeof part === "string" ? {
    text: redact(part),
    isQuote: false
   } : {
    text: shownStart(part, redact),
    isQuote: true
   });
   const whole = parts.map(({text: text}) => text).join("");
   const redacted = redact(whole);
   return redacted === whole ? parts : [ {
    text: redacted,
    isQuote: true
   } ];
  }
  function shownText(words, redact) {
   return shownParts(words, redact).map(({text: text}) => text).join("");
  }
  function shownStart({quoted: quoted, length: length = quoted.length, maxCharacters: maxCharacters, isBeginning: isBeginning, isName: isName}, redact) {
   const searched = redact(quoted.slice(0, maxCharacters + util_message.oc));
   const isWhole = length <= maxCharacters + util_message.oc;
   if (isWhole && searched.length <= maxCharacters) return searched;
   const half = Math.floor((maxCharacters - 1) / 2);
   if (isName === true) return `${firstCharacters(searched, maxCharacters - 1 - half)}…${lastCharacters(searched, half)}`;
   return isBeginning === true ? `${firstCharacters(searched, maxCharacters)}…` : shorten(searched, maxCharacters, length);
  }
  function shownLogLine(line, redact) {
   const plain = withoutSgr(line);
   const redacted = redact(plain.slice(-(MAX_LOG_LINE_CHARACTERS + util_message.oc)));
   if (redacted === plain && plain.length <= MAX_LOG_LINE_CHARACTERS) return line;
   if (redacted.length <= MAX_LOG_LINE_CHARACTERS) return redacted;
   return `…${lastCharacters(redacted, MAX_LOG_LINE_CHARACTERS)}`;
  }
  // CONCATENATED MODULE: ./src/report/log.ts
  const MAX_ANNOTATION_CHARACTERS = 4e3;
  const MIN_MESSAGE_CHARACTERS = 2500;
  const MAX_LINE_CHARACTERS = 1e4;
  function isRunner() {
   return process.env["GITHUB_ACTIONS"] === "true";
  }
  function mask(line) {
   if (isRunner()) core_setSecret(line);
  }
  function createLog(redact) {
   const line = words => (0, util_message.Dx)(words).map(one => logLine(shownText(one, redact))).join("\n");
   const safe = words => shorten(line(words), MAX_LINE_CHARACTERS);
   const annotate = (level, title, words) => {
    const text = annotationText(words, line);
    const print = level === "Error" ? error : warning;
    if (isRunner()) print(text, {
     title: safe(title)
    }); else info(`${level}: ${safe(title)}: ${text}`);
   };
   const startGroup = title => {
    const print = isRunner() ? core_startGroup : info;
    print(safe(title));
   };
   const endGroup = () => {
    if (isRunner()) core_endGroup();
   };
   return {
    info(words) {
     info(safe(words));
    },
    debug(words) {
     if (!isDebug()) return;
     if (isRunner()) core_debug(safe(words)); else info(`Debug: ${safe(words)}`);
    },
    startGroup: startGroup,
    endGroup: endGroup,
    error(title, words) {
     annotate("Error", title, words);
    },
    warning(title, words) {
     annotate("Warning", title, words);
    },
    logLines(heading, lines, name) {
     const begin = name === void 0 ? "" : `${safe(name)}: `;
     if (name === void 0) startGroup(heading); else info(`${begin}${safe(heading)}`);
     for (const one of lines) info(`${begin}${colouredLogLine(shownLogLine(one, redact))}`);
     if (name === void 0) endGroup();
    }
   };
  }
  function annotationText({problem: problem, remedy: remedy, details: details}, line) {
   const isBare = remedy === void 0 && details.length === 0;
   const end = remedy === void 0 ? "" : ` ${line((0, util_message.hC)(remedy))}`;
   const room = Math.max(MAX_ANNOTATION_CHARACTERS - writtenLength(end), MIN_MESSAGE_CHARACTERS);
   const start = fitted(line(isBare ? problem : (0, util_message.hC)(problem)), room);
   const words = start + fitted(end, MAX_ANNOTATION_CHARACTERS - writtenLength(start));
   const left = MAX_ANNOTATION_CHARACTERS - writtenLength(words) - " ()".length;
   const more = fitted(line((0, util_message.oR)(details, "; ")), left);
   return more === "" ? words : `${words} (${more})`;
  }
  function writtenLength(text) {
   return text.length + 2 * (text.split(/[%\n]/).length - 1);
  }
  function fitted(text, maxCharacters) {
   if (writtenLength(text) <= maxCharacters) return text;
   let left = maxCharacters - `… (${text.length} characters in all)`.length;
   if (left <= 0) return "";
   let end = 0;
   for (;left > 0; end++) left -= "%\n".includes(text.charAt(end)) ? 3 : 1;
   return shorten(text, left < 0 ? end - 1 : end);
  }
  // EXTERNAL MODULE: external "node:fs"
    var external_node_fs_ = __nccwpck_require__(24);
  // CONCATENATED MODULE: ./src/report/output-file.ts
  class OutputsError extends Error {
   name="OutputsError";
  }
  function openOutputs() {
   setOutputs({});
  }
  function setOutputs(outputs) {
   try {
    if (fileOf("GITHUB_OUTPUT") === void 0) return;
    for (const [name, value] of Object.entries({
     success: "false",
     ...outputs
    })) setOutput(name, value);
   } catch (error) {
    throw new OutputsError(`the outputs could not be written to the file that GITHUB_OUTPUT names: ${(0, 
    errors.bD)(error)}`, {
     cause: error
    });
   }
  }
  function hasSummary() {
   return output_file_nameOf("GITHUB_STEP_SUMMARY") !== "";
  }
  function writeSummary(markdown) {
   const file = fileOf("GITHUB_STEP_SUMMARY");
   if (file !== void 0) (0, external_node_fs_.appendFileSync)(file, markdown);
  }
  function output_file_nameOf(variable) {
   return process.env[variable] ?? "";
  }
  function fileOf(variable) {
   const file = output_file_nameOf(variable);
   if (file === "") return;
   const found = (0, external_node_fs_.statSync)(file, {
    throwIfNoEntry: false
   });
   if (found?.isDirectory() === true) throw new Error("it is a folder");
   if (found?.isFIFO() === true) throw new Error("it is a pipe");
   if (found === void 0 && isRunner()) throw new Error("the runner has not made it");
   if (found === void 0) (0, external_node_fs_.appendFileSync)(file, "");
   return file;
  }
  // CONCATENATED MODULE: ./src/report/outputs.ts
  Object.keys(RECORD_FIELDS);
  function createOutputs() {
   let builds = [];
   let artifacts = [];
   let lastWritten;
   let known = [];
   const fieldsOf = record => {
    const missing = known.filter(([field]) => (record?.fields[field] ?? "") === "");
    return {
     ...record?.fields,
     ...Object.fromEntries(missing)
    };
   };
   const writeRecord = (record, url) => {
    const json = JSON.stringify(record.whole);
    if (json === lastWritten) return;
    const duration_seconds = secondsOf(record.fields.duration);
    setOutputs({
     ...fieldsOf(record),
     record: json,
     duration_seconds: duration_seconds,
     url: url
    });
    lastWritten = json;
   };
   const toJSON = () => JSON.stringify(builds.map(build => entryOf(build, fieldsOf(build.result.record))));
   return {
    setBuilds: queries => {
     builds = queries.map(({name: name, jobId: jobId, url: url}) => ({
      name: name,
      jobId: jobId,
      url: url,
      result: CRASHED
     }));
    },
    setKnown: fields => {
     known = Object.entries(fields);
    },
    setRecord: (record, at) => {
     const build = builds[at];
     if (build === void 0) throw new Error(`there is no build ${at}`);
     builds = builds.with(at, {
      ...build,
      result: {
       ...build.result,
       record: record
      }
     });
     if (builds.length === 1 && lastWritten === void 0) writeRecord(record, build.url);
    },
    setResult: result => {
     builds = result.builds;
     artifacts = result.artifacts ?? [];
     const {success: success, record: record, reason: reason, url: url} = result;
     if (record !== void 0) writeRecord(record, url);
     setOutputs({
      reason: reason,
      url: url,
      ...success ? {} : {
       builds: toJSON(),
       artifacts: "[]"
      }
     });
    },
    setCrash: () => {
     builds = builds.map(build => ({
      ...build,
      result: {
       ...build.result,
       ...CRASHED
      }
     }));
     const [only, ...others] = builds;
     const {url: url, result: result} = only !== void 0 && others.length === 0 ? only : outputs_NO_BUILD;
     if (result.record !== void 0) writeRecord(result.record, url);
     setOutputs({
      reason: "internal_error",
      url: url,
      builds: toJSON(),
      artifacts: "[]"
     });
    },
    succeed: () => {
     setOutputs({
      artifacts: JSON.stringify(artifacts),
      builds: toJSON()
     });
     setOutputs({
      success: "true"
     });
    }
   };
  }
  const CRASHED = {
   success: false,
   reason: "internal_error"
  };
  const outputs_NO_BUILD = {
   url: "",
   result: CRASHED
  };
  function entryOf({name: name, jobId: jobId, url: url, result: {success: success, reason: reason}}, fields) {
   const {build_no: build_no = "", status: status = "", commit: commit = "", branch: branch = "", tag: tag = ""} = fields;
   const {duration: duration = "", daily_build_num: daily_build_num = ""} = fields;
   const duration_seconds = secondsOf(duration);
   const seen = {
    status: status,
    commit: commit,
    branch: branch,
    tag: tag,
    duration: duration,
    duration_seconds: duration_seconds,
    daily_build_num: daily_build_num
   };
   return {
    name: name,
    job_id: jobId,
    build_no: build_no,
    success: success,
    reason: reason,
    ...seen,
    url: url
   };
  }
  function secondsOf(durationMs) {
   if (!/^-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?$/i.test(durationMs)) return "";
   const seconds = Number(durationMs) / 1e3;
   return Math.abs(seconds) < 1e15 ? seconds.toFixed(6).replace(/\.?0+$/, "") : "";
  }
  // CONCATENATED MODULE: ./src/report/summary-html.ts
  const MAX_NAME_CHARACTERS = 200;
  const MAX_VALUE_CHARACTERS = 500;
  const MAX_MESSAGE_BYTES = 12 * 1024;
  const MAX_MESSAGE_CHARACTERS = 1e3;
  function joinBlocks(blocks) {
   return blocks.map(block => `${block}\n`).join("\n");
  }
  const summary_html_MAX_ROWS = 50;
  function table(names, items, cellsOf) {
   const head = names.map(name => `<th>${name}</th>`).join("");
   const cells = items.slice(0, summary_html_MAX_ROWS).map(item => cellsOf(item).map(cell => `<td>${cell}</td>`).join(""));
   const left = items.length - cells.length;
   const more = left > 0 ? `<td colspan="${names.length}">and ${left} more</td>` : "";
   const rows = [ head, ...cells, more ].filter(row => row !== "").map(row => `<tr>${row}</tr>`);
   return `<table>\n${rows.join("\n")}\n</table>`;
  }
  function paragraph(lines) {
   const shown = lines.filter(line => line !== "");
   return shown.length === 0 ? void 0 : `<p>${shown.join("<br>\n")}</p>`;
  }
  function labelled(name, content) {
   return content === "" ? "" : `<b>${name}:</b> ${content}`;
  }
  function collapsed(title, content) {
   return `<details>\n<summary>${title}</summary>\n${content}\n</details>`;
  }
  function code(text, redact, maxCharacters = MAX_NAME_CHARACTERS) {
   return inCode(shownText([ typeof text === "string" ? (0, util_message.hD)(text, maxCharacters) : text ], redact));
  }
  function inCode(text) {
   return text === "" ? "" : `<code>${html(text)}</code>`;
  }
  function linked(content, url, redact) {
   if (url === "") return content;
   return url.startsWith("https://") && redact(url) === url ? `<a href="${html(url)}">${content === "" ? "The build" : content}</a>` : `${content} ${code(url, redact, MAX_VALUE_CHARACTERS)}`;
  }
  function renderMessage(words, redact) {
   const rendered = (0, util_message.Dx)(words).map(line => renderLine(line, redact)).join("<br>\n");
   if (Buffer.byteLength(rendered) <= MAX_MESSAGE_BYTES) return rendered;
   return inCode(shorten(shownText(words, redact), MAX_MESSAGE_CHARACTERS));
  }
  function renderLine(words, redact) {
   return shownParts(words, redact).map(({text: text, isQuote: isQuote}) => isQuote ? inCode(text) : html(text)).join("").replace(/(?:&#34;|“)(<code>[^<]*<\/code>)(?:&#34;|”)/g, "$1");
  }
  // CONCATENATED MODULE: ./src/report/summary-built.ts
  function renderArtifacts(artifacts, redact) {
   if (artifacts === void 0) return;
   if (artifacts.length === 0) return "<p><b>Artifacts:</b> none</p>";
   const isSeveral = artifacts.some(({build: build}) => build !== void 0);
   const names = [ ...isSeveral ? [ "Build" ] : [], "Artifact", "Name", "Version", "Type", "Address" ];
   return table(names, artifacts, ({build: build = "", kind: kind, name: name, version: version, type: type, uri: uri}) => [ ...isSeveral ? [ code(build, redact) ] : [], kind, ...[ name, version, type ].map(text => code(text, redact)), code(uri, redact, MAX_VALUE_CHARACTERS) ]);
  }
  function renderTests(tests, redact) {
   if (tests === void 0) return;
   const line = `<p><b>Tests:</b> ${describeTests(tests)}</p>`;
   if (tests.stages.length === 0) return line;
   const names = [ "", "Tests of", "All", "Failed", "Errors" ];
   const stages = table(names, tests.stages, ({total: total, failures: failures, errors: errors, allPassed: allPassed, name: name}) => {
    const mark = allPassed ? "✅" : failures + errors > 0 ? "❌" : "➖";
    return [ mark, code(name, redact), `${total}`, `${failures}`, `${errors}` ];
   });
   return `${line}\n\n${stages}`;
  }
  function testsLine(tests) {
   const stages = tests.stages.map(stage => util_message.iU`${(0, util_message.Ir)(stage.name, MAX_NAME_CHARACTERS)}: ${describeTests(stage)}`);
   return util_message.iU`Tests: ${describeTests(tests)}${stages.length === 0 ? "" : util_message.iU` (${(0, 
   util_message.oR)(stages, "; ")})`}`;
  }
  function describeTests({total: total, failures: failures, errors: errors, allPassed: allPassed}) {
   if (allPassed) return total === 1 ? "the only one passed" : `all ${total} passed`;
   const ended = errors === 0 ? "" : `, ${errors} ${errors === 1 ? "error" : "errors"}`;
   return `${failures} of ${total} failed${ended}`;
  }
  // CONCATENATED MODULE: ./src/report/summary-room.ts
  const MAX_SUMMARY_BYTES = 1024 * 1024;
  const BLOCK_ENDS_BYTES = 2;
  const NOTE_BYTES = 200;
  function whole(name, ...blocks) {
   const block = blocks.filter(one => one !== void 0).join("\n\n");
   const bytes = sizeOf(block);
   return block === "" ? [] : [ {
    name: name,
    bytes: bytes,
    within: maxBytes => bytes <= maxBytes ? block : void 0
   } ];
  }
  function sizeOf(block) {
   return Buffer.byteLength(block) + BLOCK_ENDS_BYTES;
  }
  function blocksBeside(taken, wanted) {
   const room = taken.reduce((left, block) => left - sizeOf(block), MAX_SUMMARY_BYTES);
   const share = fairShare(wanted.map(bytesOf), room - NOTE_BYTES * wanted.length);
   return wanted.map(extras => blocksWithin(extras, share));
  }
  function bytesOf(extras) {
   return extras.reduce((sum, {bytes: bytes}) => sum + bytes, 0);
  }
  function fairShare(needs, room) {
   let left = room;
   for (const [at, need] of needs.toSorted((one, other) => one - other).entries()) {
    const share = left / (needs.length - at);
    if (need > share) return share;
    left -= need;
   }
   return room;
  }
  function blocksWithin(extras, share) {
   const blocks = [];
   const leftOut = [];
   let left = share;
   extras.forEach(({name: name, within: within}, at) => {
    const block = within(Math.max(left - bytesOf(extras.slice(at + 1)), left / 2));
    if (block === void 0) leftOut.push(name); else blocks.push(block);
    left -= block === void 0 ? 0 : sizeOf(block);
   });
   if (leftOut.length > 0) blocks.push(`<p>Left out, because the summary is full: ${leftOut.join(", ")}.</p>`);
   return blocks;
  }
  // CONCATENATED MODULE: ./src/report/timeline.ts
  function renderTimeline({fields: fields}, success) {
   const {create_time: create_time, schedule_time: schedule_time, queued_time: queued_time, start_time: start_time, finish_time: finish_time} = fields;
   const bars = [ ...barOf("Scheduled", create_time, schedule_time, "done"), ...barOf("Queued", queued_time, start_time, "done"), ...barOf("Built", start_time, finish_time, success ? "active" : "crit") ];
   const endMs = Math.max(...bars.map(bar => bar.endMs));
   return gantt("When it was built, in your time zone", bars, endMs, success);
  }
  function renderBuildsTimeline(builds, isOpen) {
   const endMs = Math.max(...builds.map(({record: record}) => timeOf(record?.fields.finish_time ?? "") ?? 0));
   const bars = builds.flatMap(({name: name, success: success, isUnfinished: isUnfinished, record: record}, at) => {
    if (record === void 0) return [];
    const {create_time: create_time, start_time: start_time, finish_time: finish_time} = record.fields;
    const until = isUnfinished ? new Date(endMs).toISOString() : finish_time;
    const label = `${at + 1}. ${name.replace(/[^\p{L}\p{M}\p{N} ._-]/gu, "_")}`;
    const state = isUnfinished ? "done" : success ? "active" : "crit";
    return barOf(label, start_time === "" ? create_time : start_time, until, state);
   });
   return gantt("When each was built, in your time zone", bars, endMs, isOpen);
  }
  const FOLDED_WIDTH = `%%{init: {"gantt": {"useWidth": 640}}}%%`;
  function gantt(title, allBars, endMs, isOpen) {
   const bars = allBars.filter(bar => isPlausibleDuration(endMs - bar.startMs));
   if (bars.length === 0) return;
   const lines = bars.map(({name: name, startMs: startMs, endMs: endMs, state: state}) => `    ${name} (${formatDuration(endMs - startMs)}) :${state}, ${startMs}, ${endMs - startMs}ms`);
   const axis = axisOf(Math.max(...bars.map(bar => bar.endMs)) - Math.min(...bars.map(bar => bar.startMs)));
   const head = [ "gantt", `    title ${title}`, "    dateFormat x", ...axis ];
   const picture = [ "```mermaid", ...isOpen ? [] : [ FOLDED_WIDTH ], ...head, ...lines, "```" ].join("\n");
   return isOpen ? picture : `<details>\n<summary>The times</summary>\n\n${picture}\n\n</details>`;
  }
  const TICKS = [ [ "second", 1e3, [ 1, 5, 15, 30 ] ], [ "minute", 6e4, [ 1, 2, 5, 15, 30 ] ], [ "hour", 36e5, [ 1, 3, 6 ] ] ].flatMap(([unit, unitMs, counts]) => counts.map(count => [ `${count}${unit}`, count * unitMs ]));
  const MAX_MARKS = 4;
  function axisOf(spanMs) {
   const [name, ms] = TICKS.find(([, ms]) => spanMs / ms <= MAX_MARKS) ?? [ "1day", 864e5 ];
   const format = ms < 6e4 ? "%H:%M:%S" : ms < 216e5 ? "%H:%M" : "%b %d, %H:%M";
   return [ `    axisFormat ${format}`, `    tickInterval ${name}` ];
  }
  function barOf(name, from, to, state) {
   const startMs = timeOf(from);
   const endMs = timeOf(to);
   if (startMs === void 0 || endMs === void 0 || startMs >= endMs) return [];
   return [ {
    name: name,
    startMs: startMs,
    endMs: endMs,
    state: state
   } ];
  }
  // CONCATENATED MODULE: ./src/report/summary.ts
  const OPEN_LINES = 20;
  const SHOWN_COMMIT_CHARACTERS = 12;
  const MAX_FAILED_STAGES = 3;
  function renderSummary(result, diagnosis, redact, url = "") {
   const {success: success, reason: reason, record: record, artifacts: artifacts} = result;
   const head = [ `## ${success ? "✅" : "❌"} CodeArts Build Gate: ${REASONS[reason].heading}`, renderVerdict(result, redact, url), renderWhy(result, diagnosis, redact), renderArtifacts(artifacts, redact) ].filter(block => block !== void 0);
   const extras = [ ...whole("warnings", ...renderWarnings(result, redact)), ...diagnosisExtras(diagnosis, redact), ...whole("the times", record && renderTimeline(record, success)), ...whole("the whole record", record && renderRecord(record, redact)) ];
   return joinBlocks([ ...head, ...blocksBeside(head, [ extras ]).flat() ]);
  }
  function diagnosisExtras(diagnosis, redact) {
   if (diagnosis === void 0) return [];
   const {stages: stages = [], log: log, tests: tests, notices: notices} = diagnosis;
   return [ ...whole("the test results", renderTests(tests, redact)), ...log === void 0 ? [] : [ logExtra(log, redact) ], ...whole("what could not be read", ...notices.map(notice => `<p>${renderMessage(notice, redact)}</p>`)), ...whole("the stages", renderStages(stages, redact)) ];
  }
  function renderVerdict(result, redact, url) {
   const {record: record, checks: checks = []} = result;
   if (record === void 0) return;
   const {fields: fields} = record;
   const took = durationOf(record);
   const valued = (name, value) => value === "" ? "" : `${name} ${code(value, redact)}`;
   const parts = [ linked(valued("Build", fields.build_no) + valued(" of build task", fields.codeci_job_id), url, redact), code(showStatus(fields.status), redact) + (took === "" ? "" : ` after <b>${took}</b>`), valued("branch", fields.branch), valued("tag", fields.tag), valued("commit", shortCommit(record, redact)) ].filter(part => part !== "");
   const checked = isExplained(result) ? renderMessage(checks, redact) : "";
   return paragraph([ parts.join(" · "), checked.charAt(0).toUpperCase() + checked.slice(1) ]);
  }
  function shortCommit({fields: fields}, redact) {
   const commit = shownText([ (0, util_message.hD)(fields.commit, MAX_VALUE_CHARACTERS) ], redact);
   return /^[0-9a-f]{40,64}$/i.test(commit) ? commit.slice(0, SHOWN_COMMIT_CHARACTERS) : commit;
  }
  function durationOf({fields: fields}) {
   const tookMs = Number(fields.duration);
   return tookMs > 0 ? formatDuration(tookMs) : "";
  }
  function isExplained({reason: reason, record: record, checks: checks}) {
   const isJudgedByStatus = [ "success", "failed", "aborted", "timed_out" ].includes(reason);
   return isJudgedByStatus && record !== void 0 && checks !== void 0;
  }
  function renderWhy(result, diagnosis, redact) {
   const {success: success, reason: reason} = result;
   const isLogShown = (diagnosis?.log?.lines.length ?? 0) > 0;
   const remedy = isLogShown ? [ REASONS[reason].logRemedy ] : result.remedy;
   return paragraph([ ...isExplained(result) ? whatFailed(result, diagnosis, redact) : [ labelled("What happened", renderMessage((0, 
   util_message.Om)({
    ...result,
    remedy: void 0
   }), redact)) ], labelled("What to do", remedy === void 0 ? "" : renderMessage(remedy, redact)), labelled("Reason", success ? "" : code(reason, redact)) ]);
  }
  function whatFailed({success: success, record: record}, diagnosis, redact) {
   if (success || record === void 0) return [];
   const failed = (diagnosis?.stages ?? []).filter(isFailed);
   const shown = failed.slice(0, MAX_FAILED_STAGES).map(stage => {
    const [name, status, took] = stageWords(stage);
    const after = took === "" ? "" : ` after ${took}`;
    return `<b>${code(name, redact)}</b> ended with ${code(status, redact)}${after}`;
   });
   if (failed.length > shown.length) shown.push(`and ${failed.length - shown.length} more`);
   return [ labelled(failed.length > 1 ? "Failed stages" : "Failed stage", shown.join(", ")), labelled("The build says", code(errorTextOf(record), redact, MAX_VALUE_CHARACTERS)) ];
  }
  function renderWarnings({warnings: warnings}, redact) {
   return warnings.map(warning => `<p>${labelled("Warning", renderMessage(warning, redact))}</p>`);
  }
  function isFailed({status: status}) {
   return ![ "success", void 0 ].includes(outcomeOf(status));
  }
  function renderStages(stages, redact) {
   if (stages.length === 0) return;
   const rows = table([ "", "Stage", "Status", "Duration" ], stages, stage => {
    const [name, status, took] = stageWords(stage);
    const shown = code(name, redact);
    if (isFailed(stage)) return [ "❌", `<b>${shown}</b>`, code(status, redact), took ];
    return [ status === "SUCCESS" ? "✅" : "➖", shown, code(status, redact), took ];
   });
   return collapsed("The stages", rows);
  }
  function stagesLine(stages) {
   const shown = stages.slice(0, summary_html_MAX_ROWS).map(stage => {
    const words = stageWords(stage).filter(word => word !== "");
    const quotes = words.map(word => [ (0, util_message.hD)(word, MAX_NAME_CHARACTERS) ]);
    return (0, util_message.oR)(quotes, " ");
   });
   return (0, util_message.oR)(shown, ", ");
  }
  function stageWords({name: name, status: status, duration: duration}) {
   const took = duration === "" ? "" : formatDuration(Number(duration));
   return [ name, status === "" ? "" : showStatus(status), took ];
  }
  function logExtra(tail, redact) {
   const lines = tail.lines.map(line => htmlLogLine(shownLogLine(line, redact)));
   const frame = sizeOf(logBlock(Array(OPEN_LINES + 1).fill(""), tail)) + 10;
   return {
    name: "the log",
    bytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, frame),
    within: maxBytes => {
     const fitting = linesThatFit(lines, maxBytes - frame);
     return lines.length > 0 && fitting.length === 0 ? void 0 : logBlock(fitting, tail);
    }
   };
  }
  function linesThatFit(lines, maxBytes) {
   let bytes = 0;
   const first = lines.findLastIndex(line => (bytes += Buffer.byteLength(line) + 1) > maxBytes);
   return lines.slice(first + 1);
  }
  function logBlock(lines, tail) {
   const title = logTitle(lines.length, tail);
   if (lines.length === 0) return `<p>${title}.</p>`;
   const pre = some => `<pre><code>${some.join("\n")}</code></pre>`;
   const early = lines.slice(0, -OPEN_LINES);
   const fold = early.length === 0 ? "" : `${collapsed(`The first ${early.length} of them`, pre(early))}\n`;
   return `<p><b>${title}</b></p>\n${fold}${pre(lines.slice(-OPEN_LINES))}`;
  }
  function logTitle(lineCount, {totalBytes: totalBytes}) {
   if (totalBytes === 0) return "The log of the build is empty";
   if (lineCount === 0) return `The end of the build’s log (${summary_size(totalBytes)} in all) has only blank lines`;
   const what = lineCount === 1 ? "The last line" : `The last ${lineCount} lines`;
   return `${what} of the build’s log (${summary_size(totalBytes)} in all)`;
  }
  function summary_size(bytes) {
   if (bytes < 1024) return `${bytes} B`;
   if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
   return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  }
  function renderRecord({fields: fields}, redact) {
   const filled = Object.entries(fields).filter(([, value]) => value !== "");
   const rows = table([ "Field", "Value" ], filled, ([name, value]) => {
    const seconds = name === "duration" ? secondsOf(value) : "";
    return [ name, code(seconds === "" ? value : `${seconds} s`, redact, MAX_VALUE_CHARACTERS) ];
   });
   return collapsed("The whole record", rows);
  }
  // CONCATENATED MODULE: ./src/report/summary-builds.ts
  const MAX_CELL_CHARACTERS = 50;
  const MARKS = {
   failed: "❌",
   "not as asked for": "❌",
   "not read": "❌",
   "not finished": "⏳",
   passed: "✅"
  };
  function renderBuildsSummary({success: success, builds: judged, artifacts: artifacts}, diagnoses, redact) {
   const builds = judged.map((build, at) => ({
    ...build,
    number: at + 1,
    kind: summary_builds_kindOf(build.result),
    diagnosis: diagnoses[at]
   }));
   const head = [ `## ${success ? "✅" : "❌"} CodeArts Build Gate: ${headingOf(builds)}`, table(COLUMNS, builds, build => cellsOf(build, redact)) ];
   const placeOf = ({kind: kind}) => Object.keys(MARKS).indexOf(kind);
   const shown = builds.toSorted((one, other) => placeOf(one) - placeOf(other));
   const sections = shown.map(build => renderSection(build, redact));
   const bars = builds.map(({name: name, kind: kind, result: {record: record}}) => ({
    name: shownText([ (0, util_message.Ir)(name, MAX_CELL_CHARACTERS) ], redact),
    success: kind === "passed",
    isUnfinished: kind === "not finished",
    record: record
   }));
   const end = [ renderChecks(builds, redact), renderArtifacts(artifacts, redact), renderBuildsTimeline(bars, success) ].filter(block => block !== void 0);
   const extras = blocksBeside([ ...head, ...sections.flat(), ...end ], shown.map(build => extrasOf(build, redact)));
   return joinBlocks([ ...head, ...sections.flatMap((section, at) => [ ...section, ...extras[at] ?? [] ]), ...end ]);
  }
  function summary_builds_kindOf(result) {
   const {success: success, reason: reason} = result;
   if (success) return "passed";
   if (isOpen(result)) return "not finished";
   if (REASONS[reason].hasDiagnosis) return "failed";
   return REASONS[reason].mayWarnOnly ? "not as asked for" : "not read";
  }
  function headingOf(builds) {
   const shown = Object.keys(MARKS).flatMap(kind => {
    const count = builds.filter(build => build.kind === kind).length;
    return count === 0 ? [] : [ `${count === builds.length ? "all" : count} ${kind}` ];
   });
   return `${builds.length} builds: ${shown.join(", ")}`;
  }
  const COLUMNS = [ "Name", "Status", "Reason", "Build", "Commit", "Branch or tag", "Duration" ];
  function cellsOf(build, redact) {
   const {kind: kind, url: url, result: result} = build;
   const {record: record, reason: reason} = result;
   const cell = (text = "") => code((0, util_message.Ir)(text, MAX_CELL_CHARACTERS), redact);
   const fields = record?.fields;
   return [ summary_builds_nameOf(build, redact), cell(fields && showStatus(fields.status)), kind === "passed" ? "" : cell(reason), linked(cell(fields?.build_no), url, redact), cell(record && shortCommit(record, redact)), [ cell(fields?.branch), cell(fields?.tag) ].filter(text => text !== "").join(" "), record === void 0 ? "" : durationOf(record).replaceAll(" ", "&nbsp;") ];
  }
  function renderChecks(builds, redact) {
   const passed = builds.filter(({kind: kind}) => kind === "passed").map(build => ({
    name: summary_builds_nameOf(build, redact),
    checks: renderMessage(build.result.checks ?? (0, util_message.Om)(build.result), redact)
   })).filter(({checks: checks}) => checks !== "");
   const [first, ...others] = groupBy(passed, ({checks: checks}) => checks);
   if (first === void 0) return;
   const checksOf = group => group[0]?.checks ?? "";
   if (others.length === 0) return `<p>Of the builds that passed, ${checksOf(first)}</p>`;
   const namesOf = group => group.map(({name: name}) => name).join(", ");
   return table([], [ first, ...others ], group => [ namesOf(group), checksOf(group) ]);
  }
  function summary_builds_nameOf({kind: kind, number: number, name: name}, redact) {
   return `${MARKS[kind]}&nbsp;${number}.&nbsp;${code((0, util_message.Ir)(name, MAX_CELL_CHARACTERS), redact)}`;
  }
  function renderSection(build, redact) {
   const {kind: kind, url: url, result: result, diagnosis: diagnosis} = build;
   const title = summary_builds_nameOf(build, redact);
   if (kind === "passed") return [];
   if (kind === "not finished") return [ `<p>${title}: ${renderMessage((0, util_message.Om)(result), redact)}</p>` ];
   return [ `<h3>${title}: ${REASONS[result.reason].heading}</h3>`, renderVerdict(result, redact, url), renderWhy(result, diagnosis, redact) ].filter(block => block !== void 0);
  }
  function extrasOf(build, redact) {
   const {kind: kind, result: result, diagnosis: diagnosis} = build;
   const warnings = renderWarnings(result, redact);
   if (kind === "passed" && warnings.length > 0) warnings.unshift(`<p>${summary_builds_nameOf(build, redact)}</p>`);
   return [ ...whole("warnings", ...warnings), ...diagnosisExtras(diagnosis, redact), ...whole("the whole record", diagnosis && result.record && renderRecord(result.record, redact)) ];
  }
  // CONCATENATED MODULE: ./src/report/report.ts
  const TITLE = "CodeArts Build Gate";
  function report_createReport() {
   const {add: addSecret, redact: redact} = createRedactor(mask);
   const log = createLog(redact);
   const outputs = createOutputs();
   const notices = createNotices(log);
   const {warn: warn, fail: fail, addToSummary: addToSummary} = notices;
   const failUnexpectedly = words => {
    fail(`${TITLE}: internal_error`, words);
    return {
     reason: "internal_error"
    };
   };
   return {
    log: log,
    addSecret: addSecret,
    redact: redact,
    openOutputs: openOutputs,
    ...outputs,
    ...notices,
    end(result, warnOnly) {
     outputs.setResult(result);
     const {success: success, reason: reason, remedy: remedy, warnings: warnings} = result;
     const title = `${TITLE}: ${reason}`;
     warnings.forEach(warn);
     if (success) log.info((0, util_message.Om)(result)); else if (!warnOnly) fail(title, result); else log.warning(title, {
      ...result,
      remedy: (0, util_message.hC)(remedy, [ PASSES ])
     });
    },
    showDiagnoses({builds: builds}, diagnoses) {
     diagnoses.forEach((diagnosis, at) => {
      const name = builds.length > 1 ? builds[at]?.name : void 0;
      if (diagnosis !== void 0) printDiagnosis(diagnosis, name, log);
     });
    },
    writeSummary(result, diagnoses) {
     addToSummary(TITLE, () => result.builds.length > 1 ? renderBuildsSummary(result, diagnoses, redact) : renderSummary(result, diagnoses[0], redact, result.builds[0]?.url));
    },
    reportCrash(what, error, say = failUnexpectedly) {
     if (notices.isFailureSaid()) return;
     const ofCrash = say(wordsOfCrash(what, error));
     for (const line of (0, errors.US)(error).split("\n")) log.debug(line);
     try {
      outputs.setCrash();
      setOutputs(ofCrash);
     } catch (failure) {
      log.debug((0, errors.bD)(failure));
     }
    }
   };
  }
  function createNotices(log) {
   let isFailureSaid = false;
   return {
    isFailureSaid: () => isFailureSaid,
    fail: (title, words) => {
     isFailureSaid = true;
     log.error(title, words);
    },
    warn: warning => {
     log.warning(TITLE, {
      problem: warning,
      details: []
     });
    },
    addToSummary: (title, render) => {
     if (!hasSummary()) return;
     try {
      writeSummary(render());
     } catch (error) {
      const problem = [ `The job summary could not be written: ${(0, errors.bD)(error)}` ];
      log.warning(title, {
       problem: problem,
       details: []
      });
     }
    }
   };
  }
  const PASSES = "The step passes, because fail_unless_success is false";
  function wordsOfCrash(what, error) {
   if (error instanceof OutputsError) return {
    problem: [ "The step cannot pass, because its outputs could not be written" ],
    remedy: [ "Check that the disk of the runner is not full, and that the file can be written" ],
    details: [ [ `the file that GITHUB_OUTPUT names: ${(0, errors.bD)(error.cause)}` ] ]
   };
   return {
    problem: [ "The gate ended unexpectedly" ],
    remedy: [ "Please report it with the log of a run that has debug logging on" ],
    details: [ [ (0, util_message.hD)(what) ] ]
   };
  }
  function printDiagnosis({stages: stages = [], log: tail, tests: tests, notices: notices}, name, log) {
   const say = line => {
    log.info(name === void 0 ? line : util_message.iU`${name}: ${line}`);
   };
   if (stages.length > 0) say(util_message.iU`Stages: ${stagesLine(stages)}`);
   if (tests !== void 0) say(testsLine(tests));
   if (tail !== void 0 && tail.lines.length > 0) log.logLines(logTitle(tail.lines.length, tail), tail.lines, name); else if (tail !== void 0) say([ logTitle(0, tail) ]);
   notices.forEach(say);
  }
  async function judgeBuilds(plan, tools, report, cancel) {
   const {builds: builds, endpoint: endpoint, place: place, apiVersions: apiVersions, wait: wait, logLines: logLines, failUnlessSuccess: failUnlessSuccess} = plan;
   const {log: log} = report;
   const evidence = new evidence_Evidence(builds.map(({jobId: jobId}) => jobId), apiVersions, report.setRecord);
   for (const {jobId: jobId, isStarted: isStarted} of builds) if (isStarted === true) evidence.enterAnswer(jobId);
   const service = createCodeArtsBuild({
    ...tools,
    endpoint: endpoint,
    account: evidence
   });
   log.debug(`Asking ${endpoint.href} through API ${apiVersions.join(", ")}`);
   report.setBuilds(builds);
   const clock = CLOCK;
   const options = {
    service: service,
    evidence: evidence,
    place: place,
    log: log,
    wait: wait,
    failUnlessSuccess: failUnlessSuccess,
    cancel: cancel,
    clock: clock,
    random: Math.random
   };
   const judged = await runBuilds(builds, options);
   const result = plan.artifacts ? await withArtifacts(judged, options) : judged;
   const failed = result.builds.filter(build => REASONS[build.result.reason].hasDiagnosis);
   const explain = async build => {
    const {jobId: jobId, result: ended} = build;
    const {record: record, buildNo: buildNo} = ended;
    if (record === void 0 || buildNo === void 0 || !failed.includes(build)) return;
    const tools = {
     service: service,
     clock: clock,
     log: log,
     logLines: logLines,
     cancel: cancel
    };
    return readDiagnosis({
     jobId: jobId,
     buildNo: buildNo,
     record: record
    }, tools);
   };
   return {
    result: result,
    evidence: evidence,
    explain: () => Promise.all(result.builds.map(explain))
   };
  }
  async function conclude({result: judged, evidence: evidence, explain: explain}, ending, report, guard) {
   const reword = ending.reword ?? (one => one);
   const result = reword(judged);
   const mayEndWell = mayStepPass(result, ending, evidence);
   report.end(result, mayEndWell && !result.success);
   const diagnoses = await explain();
   report.showDiagnoses(result, diagnoses);
   const notes = await (ending.afterVerdict?.(result)) ?? [];
   if (ending.summary) report.writeSummary({
    ...result,
    warnings: [ ...result.warnings, ...notes ]
   }, diagnoses);
   await guard.settle();
   const passes = mayEndWell && !guard.cancel.aborted;
   if (mayEndWell && !passes) report.end(reword(cancelledLate(result)), false);
   if (passes && result.success) report.succeed();
   guard.end();
   return passes;
  }
  function cancelledLate({record: record, url: url, builds: builds}) {
   const cancelled = {
    success: false,
    reason: "cancelled",
    end: "cancelled",
    problem: [ "The step was cancelled after the verdict, before it had ended" ],
    remedy: [ "Run the step again" ],
    details: [],
    warnings: []
   };
   return {
    ...cancelled,
    record: record,
    url: url,
    builds: builds.map(build => ({
     ...build,
     result: {
      ...cancelled,
      record: build.result.record
     }
    }))
   };
  }
  // CONCATENATED MODULE: ./src/start/parameters.ts
  const PARAMETER_NAME = /^[A-Za-z0-9_]{1,128}$/;
  const parameters_MAX_VALUE_CHARACTERS = 8192;
  const FORBIDDEN_NAMES = [ "LD_PRELOAD", "LD_LIBRARY_PATH", "PATH", "path", "BASH_ENV", "GIT_SSH_COMMAND" ];
  const MAX_SECRET_BYTES = 64 * 1024;
  const PARAMETER_INPUTS = [ "parameters", "secret_parameters" ];
  const RULES = {
   form: "have NAME=value on each line (or NAME<<END, the lines of the value, END)",
   end: "have the line END after NAME<<END and the lines of the value",
   wrapped: "have a base64 text in one line: make it with base64 -w0",
   name: 'have names of 1 to 128 of A-Z, a-z, 0-9 and _, right before the "="',
   forbidden: `not set ${FORBIDDEN_NAMES.join(", ")}, which the service does not allow`,
   branch: `not set ${BRANCH_PARAMETER}, which the input branch sets`,
   twice: "have each name once, over parameters and secret_parameters",
   length: `have values of ${parameters_MAX_VALUE_CHARACTERS} characters at most`,
   empty: "have a value for each name: it is empty where this job may not read the secret, and after the end of a base64 text over two lines (make it with base64 -w0)"
  };
  const NAMED_FAULTS = [ "forbidden", "twice", "length" ];
  function readParameters(texts, isBranchGiven) {
   const all = PARAMETER_INPUTS.flatMap(input => linesOf(input, texts[input]));
   const lines = all.map((line, at) => ({
    ...line,
    fault: line.fault ?? faultOf(line, all.slice(0, at), isBranchGiven)
   }));
   const of = input => lines.filter(line => line.input === input);
   const problems = PARAMETER_INPUTS.flatMap(input => input_reader_problemsOf(input, of(input).flatMap(shownFault)));
   if (Buffer.byteLength(texts.secret_parameters) > MAX_SECRET_BYTES) problems.push(util_message.iU`secret_parameters must have 64 KB at most`);
   const [parameters = [], secretParameters = []] = PARAMETER_INPUTS.map(input => of(input).map(({name: name, value: value}) => ({
    name: name,
    value: value
   })));
   return {
    parameters: parameters,
    secretParameters: secretParameters,
    problems: problems
   };
  }
  function shownFault({input: input, name: name, lineNo: lineNo, fault: fault}) {
   if (fault === void 0) return [];
   const shown = input === "parameters" && NAMED_FAULTS.includes(fault) ? ` (${name})` : "";
   return [ {
    words: `must ${RULES[fault]}: not so in`,
    shown: [ `line ${lineNo}${shown}` ]
   } ];
  }
  function secretTexts(text) {
   return linesOf("secret_parameters", text).flatMap(({name: name, value: value}) => PARAMETER_NAME.test(name) && !parameters_isEmpty(value) ? [ value ] : [ value, `${name}=${value}`, name ]);
  }
  const SECRET_PART = /^(pass|pwd|token|secret|key|cred|auth|private)$|(password|token|secret)$/i;
  function seemsSecret({name: name, value: value}) {
   return value !== "" && name.split("_").some(part => SECRET_PART.test(part));
  }
  function linesOf(input, text) {
   const parts = text.split(/(\r\n|[\r\n])/);
   const lines = [];
   for (let at = 0; at < parts.length; at += 2) {
    const line = parts[at]?.trim() ?? "";
    if (line === "") continue;
    const [equals, mark] = [ line.indexOf("="), line.indexOf("<<") ];
    const begin = {
     input: input,
     lineNo: at / 2 + 1,
     fault: void 0
    };
    if (mark >= 0 && (equals < 0 || mark < equals)) {
     const end = line.slice(mark + 2);
     const endAt = parts.findIndex((row, place) => place > at && place % 2 === 0 && row === end && row !== "");
     const value = parts.slice(at + 2, endAt < 0 ? void 0 : endAt - 1).join("");
     lines.push({
      ...begin,
      name: line.slice(0, mark),
      value: value,
      fault: endAt < 0 ? "end" : void 0
     });
     at = endAt < 0 ? parts.length : endAt;
    } else if (equals >= 0) lines.push({
     ...begin,
     name: line.slice(0, equals),
     value: line.slice(equals + 1)
    }); else lines.push({
     ...begin,
     name: "",
     value: line,
     fault: isWrapped(lines.at(-1)) ? "wrapped" : "form"
    });
   }
   return lines;
  }
  function isWrapped(line) {
   return /^[A-Za-z0-9+/_-]{64}(?:[A-Za-z0-9+/_-]{12})?$/.test(line?.value ?? "");
  }
  function parameters_isEmpty(value) {
   return /^=*$/.test(value);
  }
  function faultOf(line, before, isBranchGiven) {
   const {input: input, name: name, value: value} = line;
   const last = before.at(-1);
   if (parameters_isEmpty(value) && last?.input === input && isWrapped(last)) return "wrapped";
   if (!PARAMETER_NAME.test(name)) return "name";
   if (FORBIDDEN_NAMES.includes(name)) return "forbidden";
   if (isBranchGiven && name === BRANCH_PARAMETER) return "branch";
   if (before.some(one => one.name === name)) return "twice";
   if (value.length > parameters_MAX_VALUE_CHARACTERS) return "length";
   return parameters_isEmpty(value) && input === "secret_parameters" ? "empty" : void 0;
  }
  // CONCATENATED MODULE: ./src/start/inputs.ts
  const START_INPUTS = {
   job_id: {
    required: true
   },
   commit: {},
   branch: {},
   tag: {},
   parameters: {},
   secret_parameters: {},
   wait: {
    default: "false"
   },
   timeout_minutes: {
    default: "60"
   },
   poll_interval_seconds: {
    default: "15"
   },
   fail_unless_success: {
    default: "true"
   },
   stop_on_cancel: {
    default: "false"
   },
   ...CONNECTION_INPUTS,
   summary: {
    default: "true"
   },
   log_lines: {
    default: "50"
   },
   artifacts: {
    default: "false"
   }
  };
  function hideStartSecrets(add) {
   const reader = new input_reader_InputReader(START_INPUTS);
   for (const value of [ ...reader.secrets, ...credential_inputs_environmentSecrets() ]) add(value, "credential");
   for (const value of secretTexts(reader.text("secret_parameters"))) add(value, "password");
   for (const {value: value} of readAllParameters(reader).guessed) add(value, "unmasked");
  }
  function readAllParameters({text: text}) {
   const [branch, tag, jobId] = [ branchName(text("branch")), tagName(text("tag")), text("job_id") ];
   const known = [ branch, tag, text("commit"), ...jobId.match(/[0-9a-z]{32}/gi) ?? [] ];
   const isKnown = value => known.some(one => one.toLowerCase() === branchName(tagName(value)).toLowerCase());
   const texts = {
    parameters: text("parameters"),
    secret_parameters: text("secret_parameters")
   };
   const read = readParameters(texts, text("branch") !== "");
   return {
    ...read,
    guessed: read.parameters.filter(one => seemsSecret(one) && !isKnown(one.value))
   };
  }
  function readStartInputs() {
   const reader = new input_reader_InputReader(START_INPUTS);
   const {problems: problems, warnings: warnings} = reader;
   const task = readBuildTask(reader);
   const {commit: commit, branch: branch, tag: tag} = input_reader_readSource(reader);
   checkRefs(reader);
   const given = [ "commit", "branch", "tag" ].filter(name => reader.text(name) !== "");
   if (given.length > 1) problems.push([ `${given.join(" and ")} are given: one at most can say what is built` ]);
   const {parameters: parameters, secretParameters: secretParameters, guessed: guessed, problems: ofParameters} = readAllParameters(reader);
   problems.push(...ofParameters);
   const names = guessed.map(({name: name}) => name).join(", ");
   if (names !== "") warnings.push([ `Move what is secret from parameters to secret_parameters: by their names, ${names} may be, and parameters are not masked` ]);
   const service = regions_readEndpoints(reader, task === void 0 ? [] : [ task ]);
   const times = readWaitTimes(reader);
   const credentials = credential_inputs_chooseCredentials(reader, service, times?.timeoutMs);
   const failUnlessSuccess = reader.read("fail_unless_success", parsers_BOOLEAN) ?? true;
   const display = readDisplay(reader);
   const stopOnCancel = reader.read("stop_on_cancel", parsers_BOOLEAN) ?? false;
   if (stopOnCancel && reader.text("wait").toLowerCase() !== "true") problems.push([ "stop_on_cancel must be false without wait: true, because the step then ends when the build has started" ]);
   if (problems.length > 0 || task === void 0 || credentials === void 0) return {
    ok: false,
    problems: problems
   };
   const {jobId: jobId, url: url} = task;
   const order = {
    jobId: jobId,
    commit: commit,
    branch: branch,
    tag: tag,
    parameters: parameters,
    secretParameters: secretParameters
   };
   const wait = times && {
    ...times,
    discoveryMs: 1 / 0
   };
   const {endpoint: endpoint, place: place} = service;
   const rest = {
    credentials: credentials,
    warnings: warnings,
    wait: wait,
    stopOnCancel: stopOnCancel,
    failUnlessSuccess: failUnlessSuccess,
    ...display
   };
   return {
    ok: true,
    inputs: {
     order: order,
     url: url,
     endpoint: endpoint,
     place: place,
     ...rest
    }
   };
  }
  function checkRefs(reader) {
   for (const [name, prefix, other] of [ [ "branch", "refs/heads/", "tag" ], [ "tag", "refs/tags/", "branch" ] ]) {
    const text = reader.text(name);
    if (!text.startsWith("refs/") || text.startsWith(prefix)) continue;
    const advice = text.startsWith("refs/pull/") ? "of a pull request give the branch github.head_ref" : `give the input ${other} or commit`;
    reader.problems.push(util_message.iU`${name} must be a ${name}, which ${input_reader_quoted(text)} is not: ${advice}`);
   }
  }
  // CONCATENATED MODULE: ./src/start/messages.ts
  function startResult(order, end, {place: place, url: url}, isCancelled) {
   if (end.kind === "started" && !isCancelled) return {
    reason: "success",
    problem: startedLine(order, end.build),
    details: []
   };
   const progress = end.kind === "started" ? end.build : end.kind === "refused" ? end.proof : "unknown";
   const {clause: clause, remedy: remedy} = describeProgress(progress, order.jobId);
   const said = end.kind === "unknown" ? end.details : end.kind === "refused" ? detailsOf(end.error) : [];
   const link = url === "" ? [] : [ [ (0, util_message.hD)(url, 2e3) ] ];
   const details = [ util_message.iU`build task ${order.jobId}`, describePlace(place), ...said, ...link ];
   if (isCancelled) {
    const problem = util_message.iU`The step was cancelled, and ${clause}`;
    const goesOn = end.kind === "started" ? (0, util_message.hC)([ NOT_STOPPED ], remedy) : remedy;
    return {
     reason: "cancelled",
     problem: problem,
     remedy: goesOn,
     details: details
    };
   }
   if (end.kind !== "refused") return {
    reason: "unknown",
    problem: util_message.iU`The start has no clear end, so ${clause}`,
    remedy: remedy,
    details: details
   };
   const {reason: reason, problem: problem, remedy: advice} = end.error;
   return {
    reason: reason,
    problem: util_message.iU`${problem}, and ${clause}`,
    remedy: advice,
    details: details
   };
  }
  function isBuild(progress) {
   return progress !== "unknown" && !(progress instanceof NothingStarted);
  }
  function crashResult({jobId: jobId, isWaiting: isWaiting}, crash, progress, isEndKnown) {
   const {clause: clause, remedy: remedy} = describeProgress(progress, jobId, isEndKnown);
   const isOfGate = isWaiting && isBuild(progress);
   return {
    reason: progress instanceof NothingStarted || isOfGate ? "internal_error" : "unknown",
    problem: util_message.iU`${crash.problem}, and ${clause}`,
    remedy: remedy ?? crash.remedy,
    details: [ ...jobId === "" ? [] : [ util_message.iU`build task ${jobId}` ], ...crash.details ]
   };
  }
  function describeProgress(progress, jobId, isEndKnown = false) {
   if (progress instanceof NothingStarted) return {
    clause: [ "no build was started" ],
    remedy: void 0
   };
   if (progress === "unknown") return {
    clause: [ "a build may have started" ],
    remedy: util_message.iU`Before you run the step again, look for a new build in the history of the build task in CodeArts: if one is there, give its number to the gate (job_id: ${jobId}/NUMBER)`
   };
   const {buildNo: buildNo} = progress;
   return {
    clause: util_message.iU`build ${buildNo} ${isEndKnown ? "has ended" : "is running"}`,
    remedy: util_message.iU`Give ${buildNo} to the gate, with wait: true, and start no other one (job_id: ${jobId}/${buildNo})`
   };
  }
  function hasEnded(record) {
   return record !== void 0 && judgeStatus(record).reason !== "running";
  }
  const CHECK_TASK = [ "Check the code source of the build task in CodeArts: it has built something else than the start asked for" ];
  const OWN_REMEDIES = {
   commit_mismatch: CHECK_TASK,
   branch_mismatch: CHECK_TASK,
   tag_mismatch: CHECK_TASK,
   aborted: [ "Find out in CodeArts who or what stopped it. Running this step again starts another build" ],
   timed_out: [ "See in its log in CodeArts what took so long. Running this step again starts another build" ]
  };
  const NOT_STOPPED = "Cancelling does not stop it";
  const STOP_IS_ASKED = "The service is asked to stop it: see the next line of the log, or the summary";
  function ofStartedBuild(result, jobId, build, isStopAsked) {
   const {success: success, reason: reason, record: record, remedy: remedy} = result;
   if (success) return result;
   const own = OWN_REMEDIES[reason];
   const {clause: clause, remedy: toGate} = describeProgress(build, jobId);
   if (hasEnded(record)) return {
    ...result,
    remedy: own ?? (result.end === "judged" ? remedy : toGate)
   };
   if (reason === "cancelled") {
    const seen = record === void 0 ? [] : [ util_message.iU`last seen with the status ${describeStatus(record)}` ];
    return {
     ...result,
     problem: util_message.iU`The step was cancelled, and ${clause}`,
     remedy: isStopAsked ? [ STOP_IS_ASKED ] : (0, util_message.hC)([ NOT_STOPPED ], toGate),
     details: [ util_message.iU`build task ${jobId}`, ...seen ]
    };
   }
   const isRefused = reason === "unauthorized" || reason === "forbidden";
   const last = reason === "wait_timeout" ? [ "For other builds, raise timeout_minutes" ] : void 0;
   return {
    ...result,
    problem: util_message.iU`${result.problem}, and ${clause}`,
    remedy: (0, util_message.hC)(own ?? (isRefused ? remedy : void 0), toGate, last)
   };
  }
  function startedLine(order, build) {
   const {jobId: jobId, commit: commit = "", branch: branch = "", tag: tag = "", parameters: parameters, secretParameters: secretParameters} = order;
   const names = parameters.map(({name: name}) => name).join(", ");
   const secrets = secretParameters.length === 0 ? "" : String(secretParameters.length);
   const given = values => Object.entries(values).filter(([, value]) => value !== "").map(([name, value]) => util_message.iU`${name}: ${(0, 
   util_message.hD)(value)}`);
   const source = given({
    commit: commit,
    branch: branch,
    tag: tag
   });
   return (0, util_message.oR)([ util_message.iU`Build ${build.buildNo} of build task ${jobId} has started`, ...given({
    "daily number": build.dailyBuildNumber
   }), ...source.length > 0 ? source : [ [ "no commit, branch or tag was asked for: the build task decides" ] ], ...given({
    parameters: names,
    "secret parameters": secrets
   }) ], "; ");
  }
  // CONCATENATED MODULE: ./src/start/report.ts
  const report_TITLE = "CodeArts Build Start";
  const NOT_SENT = NothingStarted.provenBy("unsent", {
   kind: "given_up",
   reason: "unreachable",
   problem: [ "No request was sent" ],
   remedy: [ "Run the step again" ],
   message: [ "no request was sent" ],
   retryable: false
  });
  function createStartReport() {
   const report = report_createReport();
   const {log: log, redact: redact} = report;
   let run = {
    jobId: "",
    url: "",
    summary: true,
    isWaiting: false
   };
   let progress = NOT_SENT;
   let isEndKnown = false;
   const say = (result, hasToLook) => {
    const {reason: reason, problem: problem, remedy: remedy, details: details} = result;
    if (reason === "success") log.info(problem); else report.fail(`${report_TITLE}: ${reason}`, result);
    if (run.summary && hasToLook) report.addToSummary(report_TITLE, () => {
     const lines = [ labelled("What happened", renderMessage((0, util_message.Om)({
      problem: problem,
      details: details
     }), redact)), labelled("What to do", renderMessage(remedy ?? [], redact)), labelled("Where to look", run.url === "" ? "" : linked("the build task", run.url, redact)), labelled("Reason", `<code>${reason}</code>`) ];
     return `## ❌ CodeArts Build Start\n\n${paragraph(lines) ?? ""}\n`;
    });
    return {
     ...outputsOf(progress, run),
     reason: reason
    };
   };
   return {
    ...report,
    setRun: now => void (run = now),
    setStarted: started => {
     setOutputs({
      started: started
     });
    },
    setProgress: now => {
     progress = now;
     if (!isBuild(now)) return;
     report.setKnown({
      build_no: String(now.buildNo),
      execution_id: now.executionId
     });
     setOutputs(outputsOf(now, run));
    },
    setRecord: (record, at) => {
     isEndKnown = hasEnded(record);
     report.setRecord(record, at);
    },
    endStart(result) {
     setOutputs({
      ...outputsOf(progress, run),
      reason: result.reason,
      ...isBuild(progress) ? {} : {
       builds: "[]"
      }
     });
     say(result, result.reason === "unknown" || result.reason === "cancelled");
    },
    reportCrash(what, error) {
     report.reportCrash(what, error, crash => {
      const problem = error instanceof OutputsError ? "The outputs could not be written" : "The step ended unexpectedly";
      const result = crashResult(run, {
       ...crash,
       problem: [ problem ]
      }, progress, isEndKnown);
      return say(result, !(progress instanceof NothingStarted));
     });
    }
   };
  }
  function succeedStart() {
   setOutputs({
    success: "true"
   });
  }
  function outputsOf(progress, {url: url}) {
   const build = isBuild(progress) ? progress : void 0;
   return {
    build_no: build === void 0 ? "" : String(build.buildNo),
    daily_build_number: build?.dailyBuildNumber ?? "",
    execution_id: build?.executionId ?? "",
    url: url,
    started: build !== void 0 ? "true" : progress === "unknown" ? "unknown" : "false"
   };
  }
  // CONCATENATED MODULE: ./src/start/shown-answer.ts
  function createShowAnswer(parameters, secretParameters) {
   const {add: add, redact: redact} = createRedactor(() => {});
   for (const {value: value} of [ ...parameters, ...secretParameters ]) add(value);
   const short = secretParameters.map(({value: value}) => value.toLowerCase()).filter(value => value !== "" && value.length < MIN_SECRET_LENGTH);
   const hasShort = text => {
    if (short.length === 0) return false;
    const views = [ ...readings(text) ].map(view => view.text.toLowerCase());
    return short.some(value => views.some(view => view.includes(value)));
   };
   const without = words => words.map(part => typeof part === "string" ? part : {
    ...part,
    quoted: redact(part.quoted)
   });
   return ({message: said, requestId: requestId = ""}, brief) => {
    const remote = (0, util_message.iL)(said.filter(part => typeof part !== "string"));
    const shown = text => hasShort(text) ? "" : redact(text);
    if (!hasShort(remote)) return {
     message: without(said),
     requestId: shown(requestId)
    };
    const code = shown(brief.code);
    const words = util_message.iU`HTTP ${brief.status}${code === "" ? [] : util_message.iU` with ${(0, 
    util_message.hD)(code, 200)}`} (its words are not shown, because a short value of secret_parameters is in them)`;
    return {
     message: words,
     requestId: shown(brief.requestId)
    };
   };
  }
  // CONCATENATED MODULE: ./src/start/start-build.ts
  const MAX_WAIT_FOR_ANSWER_MS = 5e3;
  async function startBuild(order, tools) {
   const {retry: retry, onRetry: onRetry, cancel: cancel} = tools;
   const {result: result, ...tried} = await withTries(createAttempt(order, tools), end => end.kind === "refused" && !cancel.aborted ? end.error : void 0, {
    ...retry,
    onRetry: onRetry,
    maxTries: MAX_TRIES,
    signal: cancel
   });
   return result.kind === "refused" ? {
    ...result,
    error: afterTries(result.error, tried)
   } : result;
  }
  function createAttempt(order, tools) {
   const {endpoint: endpoint, queue: queue, cancel: cancel, onProgress: onProgress} = tools;
   const request = executeJobRequest(endpoint, order);
   let end;
   const mayRepeat = () => {
    const isProven = end?.kind === "refused" && !cancel.aborted;
    if (isProven) end = void 0;
    return isProven;
   };
   const send = queue.sender({
    signal: cancel,
    mayRepeat: mayRepeat
   });
   return async () => {
    end = void 0;
    const response = await send(request, async authorized => {
     const answer = await post(authorized, tools);
     end = answer.end;
     if (end.kind !== "unknown") onProgress(end.kind === "started" ? end.build : end.proof);
     return answer;
    });
    const found = end;
    if (found === void 0) {
     if (response.ok) throw new Error("an answer came to a request that was not sent");
     const {error: error} = response;
     return {
      kind: "refused",
      proof: NothingStarted.provenBy("unsent", error),
      error: error
     };
    }
    if (found.kind !== "refused") return found;
    const {error: error} = found.proof;
    const isAdvised = !response.ok && error.reason === "unauthorized";
    return {
     ...found,
     error: isAdvised ? {
      ...error,
      remedy: response.error.remedy
     } : error
    };
   };
  }
  async function post(request, tools) {
   tools.onSend();
   const sending = sendingUntil(tools);
   const answer = await tools.http.send(request, sending.signal, sending.begin);
   sending.end();
   if (answer.ok) return {
    ...answer,
    end: readStartResponse(answer, tools.nowMs(), tools.show)
   };
   if (sending.hasBegun()) return {
    ...answer,
    end: {
     kind: "unknown",
     details: [ answer.error.message ]
    }
   };
   const proof = NothingStarted.provenBy("unsent", ofNetwork(answer.error));
   return {
    ...answer,
    end: {
     kind: "refused",
     proof: proof
    }
   };
  }
  function sendingUntil({cancel: cancel, clock: clock, onProgress: onProgress}) {
   const stop = new AbortController;
   let hasBegun = false;
   let stopTimer = () => {};
   const abort = () => {
    stop.abort();
   };
   const onCancel = () => {
    if (hasBegun) stopTimer = clock.after(MAX_WAIT_FOR_ANSWER_MS, abort); else abort();
   };
   if (cancel.aborted) abort(); else cancel.addEventListener("abort", onCancel);
   return {
    signal: stop.signal,
    begin: () => {
     hasBegun = true;
     onProgress("unknown");
    },
    hasBegun: () => hasBegun,
    end: () => {
     cancel.removeEventListener("abort", onCancel);
     stopTimer();
    }
   };
  }
  // CONCATENATED MODULE: ./src/start/run.ts
  async function run_run() {
   const report = createStartReport();
   const guard = (0, process_guard.V)(report);
   hideStartSecrets(report.addSecret);
   report.setStarted("false");
   const read = readStartInputs();
   if (!read.ok) {
    const problem = (0, util_message.oR)(read.problems, util_message.J2);
    const details = [ [ "no request was sent" ] ];
    return endStart(() => ({
     reason: "invalid_input",
     problem: problem,
     details: details
    }), report, guard);
   }
   const {order: order, url: url, endpoint: endpoint, place: place, credentials: credentials, warnings: warnings, wait: wait, summary: summary} = read.inputs;
   report.setRun({
    jobId: order.jobId,
    url: url,
    summary: summary,
    isWaiting: wait !== void 0
   });
   const tools = request_tools_createRequestTools(endpoint, credentials, report);
   for (const warning of warnings) report.warn(warning);
   const stop = createStop(read.inputs, tools, report, guard.cancel);
   const end = await startBuild(order, {
    ...tools,
    endpoint: endpoint,
    cancel: guard.cancel,
    clock: CLOCK,
    show: createShowAnswer(order.parameters, order.secretParameters),
    onSend: () => {
     report.setStarted("unknown");
    },
    onProgress: report.setProgress
   });
   if (end.kind !== "started" || wait === void 0) return endStart(isCancelled => startResult(order, end, {
    place: place,
    url: url
   }, isCancelled), report, guard);
   report.log.info(startedLine(order, end.build));
   return judgeStarted(read.inputs, end.build, tools, {
    report: report,
    guard: guard,
    stop: stop
   });
  }
  async function endStart(resultNow, report, guard) {
   const first = resultNow(guard.cancel.aborted);
   report.endStart(first);
   await guard.settle();
   const result = resultNow(guard.cancel.aborted);
   const passes = result.reason === "success";
   if (passes) succeedStart(); else if (first.reason === "success") report.endStart(result);
   guard.end();
   return passes;
  }
  async function judgeStarted(inputs, build, tools, {report: report, guard: guard, stop: stop}) {
   const {order: order, stopOnCancel: stopOnCancel} = inputs;
   const {jobId: jobId, commit: commit, branch: branch, tag: tag} = order;
   const query = {
    name: jobId,
    jobId: jobId,
    url: inputs.url,
    buildNo: build.buildNo,
    expected: {
     commit: commit,
     branch: branch,
     tag: tag
    },
    isStarted: true
   };
   const plan = {
    ...inputs,
    builds: [ query ],
    apiVersions: API_VERSIONS
   };
   const judged = await judgeBuilds(plan, tools, report, guard.cancel);
   const reword = result => ofStartedBuild(result, jobId, build, stopOnCancel);
   const afterVerdict = ended => stop(build, ended);
   const passes = await conclude(judged, {
    ...inputs,
    reword: reword,
    afterVerdict: afterVerdict
   }, report, guard);
   await stop(build, judged.result);
   return passes;
  }
  const STOPPED_BY_MS = 7e3;
  function createStop({order: order, endpoint: endpoint, stopOnCancel: stopOnCancel}, tools, {log: log}, cancel) {
   let cancelledMs = 0;
   let isAsked = false;
   cancel.addEventListener("abort", () => {
    cancelledMs = CLOCK.nowMs();
   });
   return async ({buildNo: buildNo}, {record: record}) => {
    if (!stopOnCancel || !cancel.aborted || isAsked || hasEnded(record)) return [];
    isAsked = true;
    const leftMs = cancelledMs + STOPPED_BY_MS - CLOCK.nowMs();
    const line = await stopBuild({
     jobId: order.jobId,
     buildNo: buildNo
    }, {
     ...tools,
     endpoint: endpoint
    }, Math.max(leftMs, 0));
    log.info(line);
    return [ line ];
   };
  }
 }),
 17: ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
  __nccwpck_require__.d(__webpack_exports__, {
   $N: () => codeOf,
   K5: () => textPropertyOf,
   US: () => stackOf,
   bD: () => messageOf
  });
  function messageOf(thrown) {
   return textPropertyOf(thrown, "message") ?? String(thrown);
  }
  function codeOf(thrown) {
   return textPropertyOf(thrown, "code") ?? "";
  }
  function stackOf(thrown) {
   return textPropertyOf(thrown, "stack") ?? "";
  }
  function textPropertyOf(thrown, name) {
   if (typeof thrown !== "object" || thrown === null || !(name in thrown)) return;
   const value = thrown[name];
   return typeof value === "string" ? value : void 0;
  }
 }),
 395: ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
  __nccwpck_require__.d(__webpack_exports__, {
   Dx: () => linesOf,
   EU: () => shortName,
   Ir: () => beginning,
   J2: () => LINE_END,
   Nt: () => inQuotes,
   O1: () => lookedAt,
   Om: () => textOfWords,
   hC: () => sentences,
   hD: () => quote,
   iL: () => rawText,
   iU: () => message,
   oR: () => joined,
   oc: () => SEARCHED_BEYOND
  });
  const SEARCHED_BEYOND = 2e4;
  function quote(quoted, maxCharacters = 400) {
   const kept = lookedAt(quoted, maxCharacters);
   return kept === quoted ? {
    quoted: quoted,
    maxCharacters: maxCharacters
   } : {
    quoted: kept,
    maxCharacters: maxCharacters,
    length: quoted.length
   };
  }
  function lookedAt(text, maxCharacters) {
   const keptCharacters = maxCharacters + SEARCHED_BEYOND;
   if (text.length <= keptCharacters) return text;
   return JSON.parse(JSON.stringify(text.slice(0, keptCharacters)));
  }
  function beginning(quoted, maxCharacters) {
   return {
    ...quote(quoted, maxCharacters),
    isBeginning: true
   };
  }
  function message(words, ...values) {
   const parts = [];
   const add = part => {
    const last = parts.at(-1);
    if (typeof part === "string" && typeof last === "string") parts[parts.length - 1] = last + part; else if (part !== "") parts.push(part);
   };
   words.forEach((word, at) => {
    add(word);
    const value = values[at];
    if (value === void 0) return;
    if (typeof value === "object" && !("quoted" in value)) value.forEach(add); else add(typeof value === "number" ? String(value) : value);
   });
   return parts;
  }
  const LINE_END = {
   quoted: "\n",
   maxCharacters: 1
  };
  function linesOf(words) {
   if (typeof words === "string" || !words.includes(LINE_END)) return [ words ];
   const at = words.indexOf(LINE_END);
   return [ words.slice(0, at), ...linesOf(words.slice(at + 1)) ];
  }
  function joined(messages, separator) {
   return messages.reduce((all, one) => all.length === 0 ? one : message`${all}${separator}${one}`, []);
  }
  function rawText(text) {
   return text.map(part => typeof part === "string" ? part : part.quoted).join("");
  }
  function shortName(name, maxCharacters) {
   return {
    ...quote(name, maxCharacters),
    isName: true
   };
  }
  function inQuotes(text, maxCharacters) {
   const shown = typeof text === "string" ? quote(text, maxCharacters) : text;
   return shown.quoted.includes('"') ? message`“${shown}”` : message`"${shown}"`;
  }
  function isEnded(text) {
   const last = text.at(-1);
   return typeof last === "string" && /[.?!]$/.test(last);
  }
  function sentences(...all) {
   return joined(all.filter(one => one !== void 0).map(one => isEnded(one) ? one : message`${one}.`), " ");
  }
  function inBrackets(details) {
   return details.length === 0 ? [] : message` (${joined(details, "; ")})`;
  }
  function textOfWords({problem: problem, remedy: remedy, details: details}) {
   return message`${sentences(problem, remedy)}${inBrackets(details)}`;
  }
 }),
 24: module => {
  module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
 },
 877: module => {
  module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:v8");
 }
};

var __webpack_module_cache__ = {};

function __nccwpck_require__(moduleId) {
 var cachedModule = __webpack_module_cache__[moduleId];
 if (cachedModule !== void 0) return cachedModule.exports;
 var module = __webpack_module_cache__[moduleId] = {
  exports: {}
 };
 var threw = true;
 try {
  __webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
  threw = false;
 } finally {
  if (threw) delete __webpack_module_cache__[moduleId];
 }
 return module.exports;
}

if (typeof __nccwpck_require__ !== "undefined") __nccwpck_require__.ab = decodeURIComponent(new URL(".", import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";

(() => {
 var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
 var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
 var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
 var resolveQueue = queue => {
  if (queue && queue.d < 1) {
   queue.d = 1;
   queue.forEach(fn => fn.r--);
   queue.forEach(fn => fn.r-- ? fn.r++ : fn());
  }
 };
 var wrapDeps = deps => deps.map(dep => {
  if (dep !== null && typeof dep === "object") {
   if (dep[webpackQueues]) return dep;
   if (dep.then) {
    var queue = [];
    queue.d = 0;
    dep.then(r => {
     obj[webpackExports] = r;
     resolveQueue(queue);
    }, e => {
     obj[webpackError] = e;
     resolveQueue(queue);
    });
    var obj = {};
    obj[webpackQueues] = fn => fn(queue);
    return obj;
   }
  }
  var ret = {};
  ret[webpackQueues] = x => {};
  ret[webpackExports] = dep;
  return ret;
 });
 __nccwpck_require__.a = (module, body, hasAwait) => {
  var queue;
  hasAwait && ((queue = []).d = -1);
  var depQueues = new Set;
  var exports = module.exports;
  var currentDeps;
  var outerResolve;
  var reject;
  var promise = new Promise((resolve, rej) => {
   reject = rej;
   outerResolve = resolve;
  });
  promise[webpackExports] = exports;
  promise[webpackQueues] = fn => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
  module.exports = promise;
  body(deps => {
   currentDeps = wrapDeps(deps);
   var fn;
   var getResult = () => currentDeps.map(d => {
    if (d[webpackError]) throw d[webpackError];
    return d[webpackExports];
   });
   var promise = new Promise(resolve => {
    fn = () => resolve(getResult);
    fn.r = 0;
    var fnQueue = q => q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, 
    q.push(fn)));
    currentDeps.map(dep => dep[webpackQueues](fnQueue));
   });
   return fn.r ? promise : getResult();
  }, err => (err ? reject(promise[webpackError] = err) : outerResolve(exports), resolveQueue(queue)));
  queue && queue.d < 0 && (queue.d = 0);
 };
})();

(() => {
 __nccwpck_require__.n = module => {
  var getter = module && module.__esModule ? () => module["default"] : () => module;
  __nccwpck_require__.d(getter, {
   a: getter
  });
  return getter;
 };
})();

(() => {
 var getProto = Object.getPrototypeOf ? obj => Object.getPrototypeOf(obj) : obj => obj.__proto__;
 var leafPrototypes;
 __nccwpck_require__.t = function(value, mode) {
  if (mode & 1) value = this(value);
  if (mode & 8) return value;
  if (typeof value === "object" && value) {
   if (mode & 4 && value.__esModule) return value;
   if (mode & 16 && typeof value.then === "function") return value;
  }
  var ns = Object.create(null);
  __nccwpck_require__.r(ns);
  var def = {};
  leafPrototypes = leafPrototypes || [ null, getProto({}), getProto([]), getProto(getProto) ];
  for (var current = mode & 2 && value; typeof current == "object" && !~leafPrototypes.indexOf(current); current = getProto(current)) Object.getOwnPropertyNames(current).forEach(key => def[key] = () => value[key]);
  def["default"] = () => value;
  __nccwpck_require__.d(ns, def);
  return ns;
 };
})();

(() => {
 __nccwpck_require__.d = (exports, definition) => {
  for (var key in definition) if (__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) Object.defineProperty(exports, key, {
   enumerable: true,
   get: definition[key]
  });
 };
})();

(() => {
 __nccwpck_require__.o = (obj, prop) => Object.prototype.hasOwnProperty.call(obj, prop);
})();

(() => {
 __nccwpck_require__.r = exports => {
  if (typeof Symbol !== "undefined" && Symbol.toStringTag) Object.defineProperty(exports, Symbol.toStringTag, {
   value: "Module"
  });
  Object.defineProperty(exports, "__esModule", {
   value: true
  });
 };
})();

var __webpack_exports__ = __nccwpck_require__(452);

__webpack_exports__ = await __webpack_exports__;