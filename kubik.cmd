@echo off
rem Runs the command-line tool from a clone: builds it when something changed, then hands over.
setlocal
set out=%~dp0.kubik\tool
dotnet publish "%~dp0src\Kubik.Cli" -c Release --use-current-runtime --no-self-contained -o "%out%" -v q --nologo -p:RunAnalyzers=false -p:NuGetLockFilePath=obj/tool.lock.json > "%TEMP%\kubik-build.log" 2>&1
if errorlevel 1 (
  type "%TEMP%\kubik-build.log" 1>&2
  echo kubik: the build failed; the reason is above. 1>&2
  exit /b 2
)
set KUBIK_COMMAND=kubik
"%out%\kubik.exe" %*
exit /b %errorlevel%
