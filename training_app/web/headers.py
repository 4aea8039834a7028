"""Security headers on every answer: a strict content policy, nothing cached, nothing framed."""

from __future__ import annotations

from flask import Flask, Response, g, request

from training_app.web.carried import with_carried

POLICY = "; ".join(  # noqa: FLY002 - one directive a line
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
WASM_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")


def allow_wasm() -> None:
    """Let the page now being answered compile WebAssembly of ours; every other page keeps the stricter policy."""
    g.allow_wasm = True


def allow_location() -> None:
    """Let the page now being answered ask where the device is; every other page may not."""
    g.allow_location = True


PERMISSIONS = "camera=(self), geolocation=(), microphone=()"


def always(*, is_https: bool) -> dict[str, str]:
    """What every answer carries."""
    headers = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS,
    }
    return {**headers, "Strict-Transport-Security": "max-age=31536000"} if is_https else headers


# What an answer carries unless it says otherwise itself; static files say otherwise.
DEFAULTS = {"Referrer-Policy": "same-origin", "Cache-Control": "no-store"}


def init_app(app: Flask) -> None:
    """Set the headers after each request; a view may set its own Cache-Control and Referrer-Policy."""
    fixed = always(is_https=app.config["IS_HTTPS"])

    @app.after_request
    def _secure(response: Response) -> Response:
        headers = response.headers
        for name, value in fixed.items():
            headers[name] = value
        for name, value in DEFAULTS.items():
            if name != "Cache-Control" or not (request.endpoint or "").endswith("static"):
                headers.setdefault(name, value)
        if g.get("allow_wasm"):
            headers["Content-Security-Policy"] = WASM_POLICY
        headers["Content-Security-Policy"] = with_carried(headers["Content-Security-Policy"])
        if g.get("allow_location"):
            headers["Permissions-Policy"] = PERMISSIONS.replace("geolocation=()", "geolocation=(self)")
        return response
