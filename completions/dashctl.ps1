# PowerShell completion for dashctl, printed by: dashctl completion powershell

Register-ArgumentCompleter -Native -CommandName dashctl -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $length = $cursorPosition - $commandAst.Extent.StartOffset
    $typed = $commandAst.Extent.Text.PadRight($length).Substring(0, $length)
    $encoded = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($typed))
    $lines = @(& dashctl __complete powershell -- $encoded 2> $null)
    for ($index = 0; $index -lt $lines.Count - 1; $index++) {
        $value, $summary = $lines[$index].Split([char]9, 2)
        if (-not $summary) { $summary = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $summary)
    }
}
