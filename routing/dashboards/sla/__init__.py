"""The SLA dashboard: which clocks were kept, which were broken and by what, and what comes close."""
