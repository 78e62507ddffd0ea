"""Settings by place: `local` (embedded servers), `test`, `production`; all build on `base`."""
