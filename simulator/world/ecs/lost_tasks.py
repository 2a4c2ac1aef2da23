"""What becomes of tasks when their host ends, is deregistered, or hears from ECS again."""

from __future__ import annotations

from simulator.world.core.core import Core
from simulator.world.core.records import ContainerInstance, InstanceState
from simulator.world.ecs.container_instances import Change, Registry
from simulator.world.ecs.task_counts import note_task
from simulator.world.ecs.tasks import Tasks


class LostTasks:
    """`interrupted` in the journal: the task ran, nobody had told it to stop, so nothing had replaced it yet.

    Daemon tasks belong to their host and are never interrupted by its end.
    """

    def __init__(self, core: Core, registry: Registry, tasks: Tasks) -> None:
        self._core = core
        self._tasks = tasks
        registry.watchers.append(self._on_host_change)

    def _on_host_change(self, host: ContainerInstance, change: Change) -> None:
        match change:
            case Change.AGENT if host.agent_connected:
                parked, host.parked = host.parked, []
                for task in parked:
                    self._tasks.step(task)
            case Change.HOST_ENDS:
                self._lose(host)
            case Change.DEREGISTERED:
                self._strand(host)
            case _:
                pass

    def _lose(self, host: ContainerInstance) -> None:
        """Containers end with their host; ECS learns of it only through a connected agent.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html ("the tasks that are running on
        it are transitioned to STOPPED").
        """
        terminated = host.instance.state is InstanceState.SHUTTING_DOWN
        for task in list(host.unfinished.values()):
            cause = host.instance.cause
            interrupted = task.counted == "running" and not task.is_daemon
            if host.agent_connected:
                word = "terminated" if terminated else "stopped"
                task.stopped_reason = f"Host EC2 (instance {host.instance.id}) {word}."
                self._tasks.finish(task, cause=cause, interrupted=interrupted)
            elif not task.dead:
                note_task(self._core, "task_stopped", task, cause=cause, interrupted=interrupted)
                task.dead = True
                if task.timer is not None:
                    task.timer.cancel()
        host.parked.clear()

    def _strand(self, host: ContainerInstance) -> None:
        """A forced deregistration orphans the tasks: ECS stops counting them, whatever the containers do.

        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterContainerInstance.html
        """
        for task in list(host.unfinished.values()):
            task.stopped_reason = "Container instance deregistered forcibly by user."
            interrupted = task.counted == "running" and not task.is_daemon
            self._tasks.finish(task, cause="deregistered", interrupted=interrupted)
