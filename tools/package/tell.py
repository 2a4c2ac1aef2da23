"""How to upload and launch what was packaged: commands for a shell, and a link for a browser.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-create-stacks-quick-create-links.html
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from ballast.words.incident import console_domain
from tools.before_deploy import Environment
from tools.package.target import Target

TEMPLATE = "template.yaml"


def upload_command(folder: Path, target: Target, region: str | None, profile: str | None = None) -> str:
    into = f"s3://{target.bucket_in(region or 'REGION')}/{target.prefix}"
    return shlex.join(["aws", "s3", "sync", f"{folder}", into, *_where(region, profile)])


def template_url(target: Target, region: str) -> str:
    """CloudFormation takes more than 51,200 bytes from S3 only."""
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://{target.bucket_in(region)}.s3.{region}.{suffix}/{target.prefix}{TEMPLATE}"


def launch_link(target: Target, region: str, environment: Environment) -> str:
    """Everything can be changed on the page that it opens, and nothing is made before somebody says so there."""
    said = {"templateURL": template_url(target, region), "stackName": environment.stack}
    said |= {f"param_{name}": value for name, value in environment.parameters.items()}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in said.items())
    return f"https://{region}.{console_domain(region)}/cloudformation/home?region={region}#/stacks/quickcreate?{query}"


def deploy_command(folder: Path, target: Target, region: str, environment: Environment) -> str:
    """Makes a stack or updates it, and keeps the value of each parameter that it does not name."""
    command = ["aws", "cloudformation", "deploy", "--template-file", f"{folder / TEMPLATE}"]
    command += ["--stack-name", environment.stack, "--s3-bucket", target.bucket_in(region)]
    if target.prefix:
        command += ["--s3-prefix", target.prefix.rstrip("/")]
    command += ["--capabilities", "CAPABILITY_IAM", *_where(region, environment.profile)]
    overrides = [f"{name}={value}" for name, value in environment.parameters.items()]
    return shlex.join([*command, *(["--parameter-overrides", *overrides] if overrides else [])])


def _where(region: str | None, profile: str | None) -> list[str]:
    return [*(["--region", region] if region else []), *(["--profile", profile] if profile else [])]


def told(folder: Path, target: Target, environment: Environment, *, uploaded: bool) -> Iterator[str]:
    """Line by line."""
    if target.bucket is None:
        yield f"Upload it to a bucket of yours, in the Region of the stack: {upload_command(folder, target, None)}"
        yield f"Then create the stack from {TEMPLATE} there, with CodeBucket; or make package BUCKET=… prints how."
    for region in target.regions:
        yield f"In {region}:"
        if uploaded:
            yield f"  uploaded to s3://{target.bucket_in(region)}/{target.prefix}"
        else:
            yield f"  upload it: {upload_command(folder, target, region, environment.profile)}"
        yield f"  launch it in a browser: {launch_link(target, region, environment)}"
        yield f"  or in a shell: {deploy_command(folder, target, region, environment)}"
