"""Whether a function's role allows a call: what the call asks for, what the role says, and AWS's own table of both."""
